/* Lapwing's addresses: those of comments find their graph whatever it is called here, and no address breaks a page. */
'use strict';

$(document).ready(function() {
    var PAGES = ['', 'summarylist', 'regressions', 'verdicts', 'benchmark', 'commit'];

    /* Names are in the index as Python's html.escape leaves them. */
    function escaped(text) {
        return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
            .replace(/"/g, '&quot;').replace(/'/g, '&#x27;');
    }

    /* The benchmark of the site that has a metric of a stable id, and which of its combinations; null for none. */
    function found(id, metric) {
        var now = null, before = null;
        $.each($.asv.main_json.benchmarks, function(name, one) {
            if (!one.ids || one.metric !== escaped(metric)) { return true; }
            var place = one.ids.indexOf(escaped(id));
            if (place >= 0) { now = [name, place]; }
            $.each(one.was || [], function(i, names) {
                if (names.indexOf(escaped(id)) >= 0) { before = before || [name, i]; }
            });
            return now === null;
        });
        return now || before;
    }

    function is_known(hash) {
        var numbers = $.asv.main_json.revision_to_hash;
        return Object.keys(numbers).some(function(number) { return numbers[number].lastIndexOf(hash, 0) === 0; });
    }

    /* Of a range whose beginning is not shown its end is left, of a commit that is not shown nothing. */
    function shown(range) {
        var ends = range.split('-');
        return ends.every(is_known) ? range : ends.filter(is_known).slice(-1)[0];
    }

    /* The address of the graph that "#/benchmark?id=..." is about, null where there is none. */
    function graph_of(params) {
        var where = found((params.id || [''])[0], (params.metric || ['time'])[0]);
        if (where === null) { return null; }
        var one = $.asv.main_json.benchmarks[where[0]], wanted = {};
        $.each($.asv.param_selection_from_flat_idx(one.params, where[1]).slice(1), function(i, at) {
            wanted['p-' + one.param_names[i]] = [one.params[i][at[0]]];
        });
        if (params.machine && $.asv.main_json.params.machine.length > 1) {
            $.each($.asv.main_json.machines, function(name, machine) {
                if (machine.id === params.machine[0]) { wanted.machine = [name]; }
            });
        }
        var commits = (params.commits || []).map(shown).filter(Boolean);
        if (commits.length) { wanted.commits = commits; }
        return $.asv.format_hash_string({location: encodeURIComponent(where[0]), params: wanted}).replace(/\?$/, '');
    }

    /* Where an address leads instead of where it says, null where it is good as it is. */
    function better(hash) {
        var info;
        if (!$.asv.main_json.benchmarks) { return null; }
        try { info = $.asv.parse_hash_string(hash); } catch (error) { return '#/'; }
        var place = info.location.join('/');
        if (place === 'benchmark') { return graph_of(info.params); }
        if (PAGES.indexOf(place) >= 0 || $.asv.main_json.benchmarks.hasOwnProperty(info.location[0])) { return null; }
        return '#/benchmark?id=' + encodeURIComponent(place);
    }

    /* Before asv has it: its pages fail on what they do not know. */
    $.ajaxPrefilter(function(options, original, request) {
        if (!/^index\.json(\?|$)/.test(options.url)) { return; }
        request.done(function(index) {
            $.asv.main_json = index;
            /* Where no web page shows commits, a page of ours does. */
            if (index.show_commit_url === '#') { index.show_commit_url = '#/commit?sha='; }
            var there = better(window.location.hash);
            if (there !== null) { window.history.replaceState(null, '', there); }
            /* Every page but the grid needs it, and from there people go on. */
            $.lapwing.load_brought();
        });
    });
    window.addEventListener('hashchange', function(event) {
        var there = better(window.location.hash);
        if (there !== null) {
            event.stopImmediatePropagation();
            window.location.replace(there);
        }
    });

    $.asv.register_page('benchmark', function(params) {
        var id = (params.id || [''])[0], page = $.lapwing.show('lapwing-display', 'Benchmark').empty();
        page.append($('<h3/>').text('This history has no such benchmark'));
        page.append($('<p class="lapwing-name"/>').text(id));
        page.append($('<p/>').text('It may be new, of another branch, or called otherwise now.'));
        var words = id.split(/[^A-Za-z0-9_]+/).filter(Boolean).slice(-1)[0] || '';
        page.append($('<a/>').attr('href', '#/verdicts?search=' + encodeURIComponent(words)).text('Look for it'));
    });

    /* What changed at a commit, where the project has no page on the web that shows it. */
    $.asv.register_page('commit', function(params) {
        var hash = (params.sha || [''])[0], page = $.lapwing.show('lapwing-display', 'Commit').empty();
        $.when($.lapwing.load_brought(), $.lapwing.load_listed()).then(function(brought, listed) {
            var number = Object.keys($.asv.main_json.revision_to_hash).filter(function(one) {
                return hash && $.lapwing.hash(one).lastIndexOf(hash, 0) === 0;
            })[0];
            page.append($('<h3/>').text('Commit ' + hash.slice(0, 40)));
            if (number === undefined) {
                page.append($('<p/>').text('This history has no such commit.'));
                return;
            }
            var known = brought.commits[$.lapwing.hash(number)];
            if (known) { page.append($('<p/>').text(known.subject)); }
            var date = new Date($.asv.main_json.revision_to_date[number]);
            page.append($('<p class="lapwing-reason"/>').text($.asv.format_date_yyyymmdd_hhmm(date)));
            var rows = $('<tbody/>');
            listed.forEach(function(entry) {
                entry[6].forEach(function(jump, i) {
                    if (String(jump[1]) !== number) { return; }
                    var row = $('<tr/>').addClass('lapwing-' + (entry[8][i] ? 'accepted' : entry[7][i]));
                    row.append($('<td/>').append($('<span class="lapwing-word"/>').text(entry[7][i])));
                    var name = entry[0].replace(/\([\s\S]*/, '');
                    var info = {location: encodeURIComponent(name), params: {commits: [hash]}};
                    var link = $('<a/>').attr('href', $.asv.format_hash_string(info)).text(entry[0]);
                    row.append($('<td/>').append(link));
                    row.append($('<td class="lapwing-number"/>').text($.lapwing.percent(jump[3] / jump[2])));
                    rows.append(row);
                });
            });
            page.append(rows.children().length ? $('<table class="table table-hover"/>').append(rows)
                : $('<p/>').text('No lasting change is first seen at it.'));
        }, $.asv.ui.network_error);
    });
});
