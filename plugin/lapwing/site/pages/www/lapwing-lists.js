/* Lapwing on asv's lists: the unit's direction, what was accepted, pull requests; keys for what had a mouse only. */
'use strict';

$(document).ready(function() {
    /* asv makes rows whenever it likes; each is seen once. */
    function for_each_row(id, what) {
        var listed = document.getElementById(id);
        if (!listed) { return; }
        new MutationObserver(function() {
            $(listed).find('table tbody tr').each(function() {
                var row = $(this);
                if (row.data('lapwing')) { return; }
                row.data('lapwing', true);
                var link = row.find('a').first(), info = $.asv.parse_hash_string(link.attr('href') || '');
                var benchmark = $.asv.main_json.benchmarks[info.location[0]];
                if (benchmark) { what(row, benchmark, link, info.params); }
            });
        }).observe(listed, {childList: true, subtree: true});
    }

    /* By entry, machine and commit: what the change is, and who accepted it (null for nobody). */
    var told = null;

    function key(name, machine, commit) { return [name, machine || '', commit].join('\n'); }

    function load_told() {
        if (told !== null) { return $.when(told); }
        return $.when($.lapwing.load_listed(), $.lapwing.load_brought()).then(function(listed) {
            told = {};
            listed.forEach(function(entry) {
                entry[6].forEach(function(jump, i) {
                    var name = key(entry[0], entry[2].machine, $.lapwing.short_hash(jump[1]));
                    told[name] = {word: entry[7][i], by: entry[8][i]};
                });
            });
            return told;
        });
    }

    function full_hash(short) {
        var number = $.asv.get_revision(short);
        return number === null ? short : $.lapwing.hash(number);
    }

    for_each_row('regressions-body', function(row, benchmark, link, params) {
        var factor = parseFloat(row.find('td').eq(3).text());
        var commits = (params.commits || []).map(function(range) { return range.split('-').slice(-1)[0]; });
        if (!isNaN(factor) && factor != 1) {
            row.addClass((factor > 1) != benchmark.higher_is_better ? 'lapwing-regressed' : 'lapwing-improved');
        }
        load_told().then(function(known) {
            /* A row of a group is about all changes of its benchmark: it is accepted as its newest is. */
            var newest = commits.slice(-1)[0], one = known[key(link.text(), (params.machine || [])[0], newest)] || {};
            var by = one.by;
            if (one.word && one.word != 'regressed' && one.word != 'improved') {
                row.removeClass('lapwing-regressed lapwing-improved');
                link.after($('<div class="lapwing-reason"/>').text('part of a ' + one.word + ', no step'));
            }
            if (by) {
                row.removeClass('lapwing-regressed').addClass('lapwing-accepted');
                link.after($.lapwing.accepted_line(by));
            }
            var pull = commits.length == 1 ? $.lapwing.pull_link(full_hash(newest)) : null;
            if (pull) { row.find('td').eq(2).append(' ').append(pull); }
        });
    });

    for_each_row('summarylist-body', function(row, benchmark) {
        if (benchmark.higher_is_better) {
            row.find('td.positive-change, td.negative-change').toggleClass('positive-change negative-change');
        }
    });

    /* What a browser ignores is its own affair; asv's advice on more is about a file that nobody has here. */
    var advice = 'Only this browser ignores these. To accept a regression for everybody, with a reason, add it to\n' +
        '.lapwing/accepted.toml:\n\n[[accepted]]\nbenchmark = "tests/test_x.py::test_name*"\nup-to = "15 %"\n' +
        'by = "your name"\nreason = "why it is worth it"\nuntil = 2099-12-31\n';
    new MutationObserver(function() {
        $('#regressions-body div.ignored pre').each(function() {
            if (this.textContent !== advice) { this.textContent = advice; }
        });
    }).observe(document.getElementById('regressions-body'), {childList: true, subtree: true});

    /* asv's buttons are links without an address, and its headings plain text: no key reaches them. */
    var REACHED = '#graphdisplay-navigation .btn, #summarylist-navigation .btn, label.nav-header, ' +
        '#regressions-body th, #summarylist-body th';
    $.lapwing.make_reachable = function() {
        $(REACHED).not('[href], button, [tabindex]').attr({tabindex: 0, role: 'button'});
    };
    $(document).on('keydown', '[role=button][tabindex]', function(event) {
        if (event.key == 'Enter' || event.key == ' ') {
            event.preventDefault();
            this.click();
        }
    });
    ['regressions-body', 'summarylist-body', 'summarylist-navigation'].forEach(function(id) {
        var made = document.getElementById(id);
        new MutationObserver($.lapwing.make_reachable).observe(made, {childList: true, subtree: true});
    });
});
