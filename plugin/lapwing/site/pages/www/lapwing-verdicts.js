/* Lapwing's Verdicts page: the newest state of every benchmark, worst first; what is looked for is in the address. */
'use strict';

$(document).ready(function() {
    var ORDER = ['regressed', 'failed', 'missing', 'inconclusive', 'accepted', 'improved', 'new', 'unchanged'];
    var MOST_ROWS = 1000;
    var COLUMNS = ['verdict', 'benchmark', 'change', '95 % interval', 'before', 'now', 'commit', 'machine'];
    var WHY = {expired: 'its time is over', worse: 'it is worse than that'};
    var filter = {outcome: null, text: ''};
    var verdicts = [];

    function cell(text, kind) { return $('<td/>').addClass(kind || '').text(text); }

    /* What was accepted is a state of its own. */
    function state_of(one) { return one.accepted ? 'accepted' : one.outcome; }

    function name_cell(one) {
        var name = $('<td class="lapwing-name"/>');
        name.append(one.address ? $('<a/>').attr('href', one.address).text(one.name) : $('<span/>').text(one.name));
        if (one.reason) { name.append($('<div class="lapwing-reason"/>').text(one.reason)); }
        if (one.commit) { name.append($('<div class="lapwing-narrow"/>').append($.lapwing.commit_link(one.commit))); }
        if (one.accepted) { name.append($.lapwing.accepted_line(one.accepted)); }
        if (one.open_again) {
            name.append($('<div class="lapwing-open-again"/>').text(
                'open again: ' + WHY[one.open_again.why] + ' (' + $.lapwing.said_of(one.open_again) + ')'));
        }
        return name;
    }

    function row_of(one) {
        var row = $('<tr/>').addClass('lapwing-' + state_of(one));
        row.append($('<td/>').append($('<span class="lapwing-word"/>').text(state_of(one))));
        row.append(name_cell(one));
        row.append(cell(one.ratio ? $.lapwing.percent(one.ratio[1]) : '', 'lapwing-number'));
        row.append(cell(one.ratio ? $.lapwing.interval(one.ratio) : '', 'lapwing-number lapwing-wide'));
        row.append(cell(one.base === null ? '' : $.asv.pretty_unit(one.base, one.unit), 'lapwing-number lapwing-wide'));
        row.append(cell(one.head === null ? '' : $.asv.pretty_unit(one.head, one.unit), 'lapwing-number lapwing-wide'));
        var commit = $('<td class="lapwing-commit lapwing-wide"/>');
        if (one.commit) { commit.append($.lapwing.commit_link(one.commit)); }
        row.append(commit);
        row.append(cell(one.machine, 'lapwing-wide'));
        return row;
    }

    function text_of(one) {
        var known = $.lapwing.brought().commits[one.commit];
        return [one.name, one.machine, one.reason, one.accepted ? one.accepted.by + ' ' + one.accepted.reason : '',
                one.commit, known ? known.subject : ''].join(' ').toLowerCase();
    }

    function draw_rows(body) {
        var words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
        var chosen = verdicts.filter(function(one) {
            if (filter.outcome !== null && state_of(one) != filter.outcome) { return false; }
            var text = words.length ? text_of(one) : '';
            return words.every(function(word) { return text.indexOf(word) >= 0; });
        });
        body.empty();
        chosen.slice(0, MOST_ROWS).forEach(function(one) { body.append(row_of(one)); });
        $('#lapwing-count').text(chosen.length + ' of ' + verdicts.length +
                                 (chosen.length > MOST_ROWS ? ', the worst ' + MOST_ROWS + ' shown' : ''));
    }

    /* An address that shows the same to somebody else; each letter is no place to come back to. */
    function write_address() {
        var params = {};
        if (filter.outcome) { params.outcome = [filter.outcome]; }
        if (filter.text) { params.search = [filter.text]; }
        var hash = $.asv.format_hash_string({location: '/verdicts', params: params}).replace(/\?$/, '');
        window.history.replaceState(null, '', hash);
    }

    function toolbar(counts, total, body) {
        var bar = $('<div class="lapwing-bar" role="toolbar"/>');
        function choose(outcome, text) {
            var button = $('<button type="button" class="btn btn-default btn-sm"/>').text(text);
            button.attr('aria-pressed', String(filter.outcome === outcome));
            if (outcome) { button.addClass('lapwing-' + outcome); }
            button.on('click', function() {
                filter.outcome = outcome;
                bar.find('button').attr('aria-pressed', 'false');
                button.attr('aria-pressed', 'true');
                draw_rows(body);
                write_address();
            });
            bar.append(button);
        }
        choose(null, 'all ' + total);
        ORDER.forEach(function(word) { if (counts[word]) { choose(word, word + ' ' + counts[word]); } });
        var search = $('<input type="search" id="lapwing-search" class="form-control" placeholder="search"/>')
            .attr('aria-label', 'search benchmarks').val(filter.text);
        search.on('input', function() { filter.text = search.val(); draw_rows(body); write_address(); });
        return bar.append(search).append($('<span id="lapwing-count" aria-live="polite"/>'));
    }

    function draw_page(told, brought) {
        verdicts = told.verdicts;
        var page = $('#verdicts-display').empty(), counts = {}, body = $('<tbody/>');
        verdicts.forEach(function(one) { counts[state_of(one)] = (counts[state_of(one)] || 0) + 1; });
        if (!counts[filter.outcome]) { filter.outcome = null; }
        page.append($('<h3/>').text(told.heading));
        page.append(toolbar(counts, verdicts.length, body));
        brought.events.slice().reverse().slice(0, 10).forEach(function(event) {
            page.append($('<p class="lapwing-event"/>').text(event.text));
        });
        var head = $('<tr/>');
        COLUMNS.forEach(function(word, i) { head.append($('<th/>').text(word).toggleClass('lapwing-wide', i > 2)); });
        var table = $('<table class="table table-hover" id="lapwing-verdicts"/>');
        page.append(table.append($('<thead/>').append(head), body));
        draw_rows(body);
    }

    $.asv.register_page('verdicts', function(params) {
        $.lapwing.show('verdicts-display', 'Verdicts');
        filter = {outcome: (params.outcome || [null])[0], text: (params.search || [''])[0] || ''};
        $.when($.lapwing.load_told(), $.lapwing.load_brought()).then(draw_page, $.asv.ui.network_error);
    });
});
