/* Lapwing on asv's pages: change points, intervals, what machines did, and the Verdicts page. */
'use strict';

$(document).ready(function() {
    var REGRESSED = '#c9302c', IMPROVED = '#2e8b57', EVENT = '#8a6d3b';
    var MOST_LINES = 40;
    var MOST_BANDS = 4;
    var told = null;      /* verdicts.json */
    var marks = {};       /* by benchmark: marks/NAME.json */

    function current() { return $.asv.parse_hash_string(window.location.hash).location.join('/'); }

    function percent(ratio) {
        var share = 100 * (ratio - 1);
        return (share < 0 ? '\u2212' : '+') + Math.abs(share).toFixed(1) + ' %';
    }

    function short_hash(number) { return $.asv.get_commit_hash(number) || '?'; }

    function fetch_once(url) {
        return $.ajax({url: url + '?timestamp=' + $.asv.main_timestamp, dataType: 'json', cache: true});
    }

    function load_told() {
        if (told !== null) { return $.when(told); }
        return fetch_once('verdicts.json').then(function(data) { told = data; return data; });
    }

    function load_marks(name) {
        if (marks[name] !== undefined) { return $.when(marks[name]); }
        return fetch_once('marks/' + encodeURIComponent(name) + '.json').then(
            function(data) { marks[name] = data; return data; },
            function() { marks[name] = {machines: {}}; return $.when(marks[name]); });
    }

    /* asv's graph page asks for its data here; what is drawn on it is asked for at the same time. */
    var load_graph_data = $.asv.load_graph_data;
    $.asv.load_graph_data = function(url) {
        var name = current();
        if (!$.asv.main_json.benchmarks || !$.asv.main_json.benchmarks[name]) { return load_graph_data(url); }
        return $.when(load_marks(name), load_told().catch(function() { return null; })).then(function(mine) {
            /* asv asks for every machine's graph, and takes a missing file for an answer: we know which there are. */
            var there = Object.keys(mine.machines).some(function(machine) {
                return $.asv.graph_to_path(name, {machine: machine, branch: 'main'}) == url;
            });
            return there ? load_graph_data(url) : $.Deferred().reject();
        });
    };

    /* On a narrow screen the graph comes first, and what it is made of below. */
    var drawing = $('#graphdisplay-navigation').next().attr('id', 'lapwing-graph');
    if (window.matchMedia('(max-width: 800px)').matches) { $('#graph-display').prepend(drawing); }

    /* Where a commit stands on the axis in use. */
    function x_of(number, options) {
        return options.xaxis.mode == 'time' ? $.asv.main_json.revision_to_date[number] : number;
    }

    /* A drawn line is known by a point of it: its value at one commit, to the bit. */
    function is_drawn(series, x, value) {
        return series.some(function(one) {
            return (one.data || []).some(function(point) { return point[0] === x && point[1] === value; });
        });
    }

    function shown_marks(name, series, options) {
        var found = {jumps: [], bands: []};
        $.each((marks[name] || {machines: {}}).machines, function(machine, lines) {
            $.each(lines, function(i, line) {
                if (!is_drawn(series, x_of(line.last[0], options), line.last[1])) { return; }
                $.each(line.jumps, function(j, jump) {
                    found.jumps.push({machine: machine, combination: line.combination, jump: jump});
                });
                if (line.band) { found.bands.push(line.band); }
            });
        });
        return found;
    }

    function colour(word) { return word == 'regressed' ? REGRESSED : IMPROVED; }

    function draw_bands(bands, options) {
        return function(plot, context) {
            var axes = plot.getAxes(), offset = plot.getPlotOffset();
            context.save();
            context.translate(offset.left, offset.top);
            context.beginPath();
            context.rect(0, 0, plot.width(), plot.height());
            context.clip();
            context.fillStyle = 'rgba(36, 122, 173, 0.18)';
            $.each(bands, function(i, band) {
                var points = band.map(function(p) { return [x_of(p[0], options), p[1], p[2]]; });
                points.sort(function(a, b) { return a[0] - b[0]; });
                context.beginPath();
                points.forEach(function(p) { context.lineTo(axes.xaxis.p2c(p[0]), axes.yaxis.p2c(p[2])); });
                points.reverse().forEach(function(p) { context.lineTo(axes.xaxis.p2c(p[0]), axes.yaxis.p2c(p[1])); });
                context.closePath();
                context.fill();
            });
            context.restore();
        };
    }

    function list_changes(found, name) {
        var panel = $('#lapwing-changes');
        if (!panel.length) {
            panel = $('<div class="panel panel-default" id="lapwing-changes"><div class="panel-heading">changes</div>' +
                      '<div class="panel-body"></div></div>');
            $('#graphdisplay-navigation .panel').first().after(panel);
        }
        var body = panel.find('.panel-body').empty();
        if (!found.jumps.length) {
            body.append($('<div class="lapwing-none"/>').text('no lasting change'));
            return;
        }
        found.jumps.slice(-MOST_LINES).reverse().forEach(function(one) {
            var jump = one.jump;
            var commits = jump.before + 1 == jump.after ? short_hash(jump.after)
                : short_hash(jump.before) + '-' + short_hash(jump.after);
            var info = $.asv.parse_hash_string(window.location.hash);
            info.params.commits = [commits];
            info.location = encodeURIComponent(name);
            var row = $('<a class="lapwing-change"/>').attr('href', $.asv.format_hash_string(info));
            row.append($('<b/>').css('color', colour(jump.word)).text(percent(jump.ratio[1])));
            row.append(document.createTextNode(' ' + commits));
            var where = one.combination ? one.combination + '\n' : '';
            row.attr('title', where + one.machine + '\n' + jump.word + ' ' + percent(jump.ratio[0]) + ' to '
                     + percent(jump.ratio[2]) + ', ' + jump.state);
            body.append(row);
        });
    }

    var plot = $.plot;
    $.plot = $.extend(function(element, series, options) {
        var name = current();
        var on_commits = options && options.xaxis && options.xaxis.mode != 'categories'
            && /^commit/.test(options.xaxis.axisLabel || '');
        if ($(element).attr('id') == 'main-graph') { $('#lapwing-changes').toggle(on_commits); }
        if ($(element).attr('id') == 'main-graph' && on_commits) {
            var found = shown_marks(name, series, options);
            found.jumps.sort(function(a, b) { return a.jump.after - b.jump.after; });
            var markings = (options.grid.markings || []).slice();
            found.jumps.slice(-MOST_LINES).forEach(function(one) {
                var jump = one.jump, at = x_of(jump.after, options);
                if (jump.before + 1 < jump.after) {
                    markings.push({color: 'rgba(128, 128, 128, 0.12)',
                                   xaxis: {from: x_of(jump.before, options), to: at}});
                }
                markings.push({color: colour(jump.word), lineWidth: 2, xaxis: {from: at, to: at}});
            });
            $.each(told ? told.events : [], function(i, event) {
                markings.push({color: EVENT, lineWidth: 1, xaxis: {from: x_of(event.after, options),
                                                                  to: x_of(event.after, options)}});
            });
            options = $.extend({}, options, {grid: $.extend({}, options.grid, {markings: markings})});
            if (found.bands.length && found.bands.length <= MOST_BANDS) {
                options.hooks = {drawBackground: [draw_bands(found.bands, options)]};
            }
            list_changes(found, name);
        }
        return plot.call($, element, series, options);
    }, plot);

    /* The Verdicts page: the newest state of every benchmark, worst first. */
    var ORDER = ['regressed', 'failed', 'missing', 'inconclusive', 'improved', 'new', 'unchanged'];
    var page = $('#verdicts-display').hide();
    var filter = {outcome: null, text: ''};

    $(window).on('hashchange', function() { if (current() != 'verdicts') { page.hide(); } });

    function cell(text, kind) { return $('<td/>').addClass(kind || '').text(text); }

    function row_of(one) {
        var unit = one.unit;
        var row = $('<tr/>').addClass('lapwing-' + one.outcome);
        row.append($('<td/>').append($('<span class="lapwing-word"/>').text(one.outcome)));
        var name = $('<td class="lapwing-name"/>');
        name.append(one.address ? $('<a/>').attr('href', one.address).text(one.name) : document.createTextNode(one.name));
        if (one.reason) { name.append($('<div class="lapwing-reason"/>').text(one.reason)); }
        row.append(name);
        row.append(cell(one.ratio ? percent(one.ratio[1]) : '', 'lapwing-number'));
        row.append(cell(one.ratio ? percent(one.ratio[0]) + ' \u2026 ' + percent(one.ratio[2]) : '', 'lapwing-number lapwing-wide'));
        row.append(cell(one.base === null ? '' : $.asv.pretty_unit(one.base, unit), 'lapwing-number lapwing-wide'));
        row.append(cell(one.head === null ? '' : $.asv.pretty_unit(one.head, unit), 'lapwing-number lapwing-wide'));
        var commit = $('<td class="lapwing-wide"/>');
        if (one.commit) {
            var link = $.asv.main_json.show_commit_url;
            commit.append(link == '#' ? document.createTextNode(one.commit.slice(0, 10))
                : $('<a/>').attr('href', link + one.commit).text(one.commit.slice(0, 10)));
        }
        row.append(commit);
        row.append(cell(one.machine, 'lapwing-wide'));
        return row;
    }

    function draw_rows(body) {
        var words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
        var chosen = told.verdicts.filter(function(one) {
            var text = (one.name + ' ' + one.machine + ' ' + one.reason).toLowerCase();
            return (filter.outcome === null || one.outcome == filter.outcome)
                && words.every(function(word) { return text.indexOf(word) >= 0; });
        });
        body.empty();
        chosen.slice(0, 1000).forEach(function(one) { body.append(row_of(one)); });
        $('#lapwing-count').text(chosen.length + ' of ' + told.verdicts.length +
                                 (chosen.length > 1000 ? ', the worst 1000 shown' : ''));
    }

    function draw_page() {
        page.empty();
        var counts = {};
        told.verdicts.forEach(function(one) { counts[one.outcome] = (counts[one.outcome] || 0) + 1; });
        page.append($('<h3/>').text(told.heading));
        var bar = $('<div class="lapwing-bar" role="toolbar"/>');
        var body = $('<tbody/>');
        function choose(outcome, text) {
            var button = $('<button type="button" class="btn btn-default btn-sm"/>').text(text);
            button.attr('aria-pressed', String(filter.outcome === outcome));
            if (outcome) { button.addClass('lapwing-' + outcome); }
            button.on('click', function() {
                filter.outcome = outcome;
                bar.find('button').attr('aria-pressed', 'false');
                button.attr('aria-pressed', 'true');
                draw_rows(body);
            });
            bar.append(button);
        }
        choose(null, 'all ' + told.verdicts.length);
        ORDER.forEach(function(word) { if (counts[word]) { choose(word, word + ' ' + counts[word]); } });
        var search = $('<input type="search" id="lapwing-search" class="form-control" placeholder="search"/>')
            .attr('aria-label', 'search benchmarks').val(filter.text);
        search.on('input', function() { filter.text = search.val(); draw_rows(body); });
        bar.append(search).append($('<span id="lapwing-count" aria-live="polite"/>'));
        page.append(bar);
        told.events.slice().reverse().slice(0, 10).forEach(function(event) {
            page.append($('<p class="lapwing-event"/>').text(event.text));
        });
        var head = $('<thead><tr><th>verdict</th><th>benchmark</th><th>change</th><th class="lapwing-wide">95 % interval</th>' +
                     '<th class="lapwing-wide">before</th><th class="lapwing-wide">now</th>' +
                     '<th class="lapwing-wide">commit</th><th class="lapwing-wide">machine</th></tr></thead>');
        page.append($('<table class="table table-hover" id="lapwing-verdicts"/>').append(head).append(body));
        draw_rows(body);
    }

    $.asv.register_page('verdicts', function() {
        $('#title').text('Verdicts');
        page.show();
        load_told().then(draw_page, $.asv.ui.network_error);
    });

    /* asv's own lists know one direction, less is better; ours is the unit's. */
    function for_each_row(id, what) {
        var listed = document.getElementById(id);
        if (!listed) { return; }
        new MutationObserver(function() {
            $(listed).find('table tbody tr').each(function() {
                var row = $(this);
                if (row.data('lapwing')) { return; }
                row.data('lapwing', true);
                var link = row.find('a').first().attr('href') || '';
                var benchmark = $.asv.main_json.benchmarks[$.asv.parse_hash_string(link).location[0]];
                if (benchmark) { what(row, benchmark); }
            });
        }).observe(listed, {childList: true, subtree: true});
    }

    for_each_row('regressions-body', function(row, benchmark) {
        var factor = parseFloat(row.find('td').eq(3).text());
        if (isNaN(factor) || factor == 1) { return; }
        row.addClass((factor > 1) != benchmark.higher_is_better ? 'lapwing-regressed' : 'lapwing-improved');
    });

    for_each_row('summarylist-body', function(row, benchmark) {
        if (benchmark.higher_is_better) {
            row.find('td.positive-change, td.negative-change').toggleClass('positive-change negative-change');
        }
    });
});
