/* Lapwing on asv's graph page: change points, intervals, what machines did, and which commits an address means. */
'use strict';

$(document).ready(function() {
    var MOST_LINES = 40;
    var MOST_BANDS = 4;
    var LABEL_ROWS = 3;
    var COLOURS = $.lapwing.COLOURS;

    /* asv's graph page asks for its data here; what is drawn on it is asked for at the same time. */
    var load_graph_data = $.asv.load_graph_data;
    var loaded = {name: null, points: {}};    /* of the benchmark that is shown, by address */
    $.asv.load_graph_data = function(url) {
        var name = $.lapwing.current();
        if (!$.asv.main_json.benchmarks || !$.asv.main_json.benchmarks[name]) { return load_graph_data(url); }
        var brought = $.lapwing.load_brought(), mine = $.lapwing.load_marks(name);
        /* asv asks for every machine's graph, and takes a missing file for an answer. Of one machine it is there, and
           is fetched together with the marks; of several only the marks say which have it. */
        var graph = $.asv.main_json.params.machine.length == 1 ? load_graph_data(url) : mine.then(function(data) {
            var there = Object.keys(data.machines).some(function(machine) {
                return $.asv.graph_to_path(name, {machine: machine, branch: 'main'}) == url;
            });
            return there ? load_graph_data(url) : $.Deferred().reject();
        });
        return $.when(graph, mine, brought).then(function(points) {
            if (loaded.name !== name) { loaded = {name: name, points: {}}; }
            loaded.points[url] = points;
            return points;
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
        var found = {jumps: [], bands: [], events: []}, machines = {};
        $.each($.lapwing.marks(name).machines, function(machine, lines) {
            $.each(lines, function(i, line) {
                if (!is_drawn(series, x_of(line.last[0], options), line.last[1])) { return; }
                machines[machine] = true;
                $.each(line.jumps, function(j, jump) {
                    found.jumps.push({machine: machine, combination: line.combination, jump: jump});
                });
                if (line.band) { found.bands.push({machine: machine, line: line}); }
            });
        });
        found.jumps.sort(function(a, b) { return a.jump.after - b.jump.after; });
        found.jumps = found.jumps.slice(-MOST_LINES);
        found.events = $.lapwing.brought().events.filter(function(event) { return machines[event.machine]; });
        return found;
    }

    /* What is no step, or accepted, says so beside its size. */
    function told_apart(jump) {
        return jump.accepted ? ' accepted' : jump.word == 'regressed' || jump.word == 'improved' ? '' : ' ' + jump.word;
    }

    function colour(jump) { return COLOURS[jump.accepted ? 'accepted' : jump.word]; }

    /* Run what draws in the plot's own coordinates, within its frame. */
    function within(plot, context, draw) {
        var offset = plot.getPlotOffset();
        context.save();
        context.translate(offset.left, offset.top);
        context.beginPath();
        context.rect(0, 0, plot.width(), plot.height());
        context.clip();
        draw(plot.getAxes());
        context.restore();
    }

    /* The interval of each value of a line: its commit, its low and its high end. */
    function ends_of(band) {
        var url = $.asv.graph_to_path(loaded.name, {machine: band.machine, branch: 'main'}), at = 0, found = [];
        (loaded.points[url] || []).forEach(function(point) {
            var value = $.isArray(point[1]) ? point[1][band.line.idx] : point[1];
            if (value === null) { return; }
            var half = Math.abs(value) * band.line.band[at++] / 1e5;
            if (half > 0) { found.push([point[0], value - half, value + half]); }
        });
        return found;
    }

    function draw_bands(bands, options) {
        var ends = bands.map(ends_of);
        return function(plot, context) {
            within(plot, context, function(axes) {
                context.fillStyle = 'rgba(36, 122, 173, 0.18)';
                ends.forEach(function(band) {
                    var points = band.map(function(p) { return [x_of(p[0], options), p[1], p[2]]; });
                    points.sort(function(a, b) { return a[0] - b[0]; });
                    context.beginPath();
                    var x = axes.xaxis, y = axes.yaxis;
                    points.forEach(function(p) { context.lineTo(x.p2c(p[0]), y.p2c(p[2])); });
                    points.reverse().forEach(function(p) { context.lineTo(x.p2c(p[0]), y.p2c(p[1])); });
                    context.closePath();
                    context.fill();
                });
            });
        };
    }

    /* What was accepted is a broken line: it is told apart without its colour too. */
    function draw_accepted(jumps, options) {
        return function(plot, context) {
            within(plot, context, function(axes) {
                context.strokeStyle = COLOURS.accepted;
                context.lineWidth = 2;
                context.setLineDash([6, 4]);
                jumps.forEach(function(one) {
                    if (!one.jump.accepted) { return; }
                    var x = axes.xaxis.p2c(x_of(one.jump.after, options));
                    context.beginPath();
                    context.moveTo(x, 0);
                    context.lineTo(x, plot.height());
                    context.stroke();
                });
            });
        };
    }

    /* The rows of labels that asv's legend covers: from where to where. */
    function under_legend(plot) {
        var legend = plot.getPlaceholder().find('.legend > div').first(), taken = [];
        if (!legend.length) { return taken; }
        var offset = plot.getPlotOffset(), at = legend.position(), left = at.left - offset.left;
        for (var row = 0; row < LABEL_ROWS; row++) {
            if (5 + 14 * row < at.top - offset.top + legend.outerHeight()) {
                taken.push([left, left + legend.outerWidth(), row]);
            }
        }
        return taken;
    }

    /* How large a change is stands at the head of its line, the newest first; what has no room is in the list only. */
    function draw_labels(jumps, options) {
        return function(plot, context) {
            within(plot, context, function(axes) {
                var taken = under_legend(plot);
                context.font = '11px sans-serif';
                context.textBaseline = 'top';
                jumps.slice().reverse().forEach(function(one) {
                    var text = $.lapwing.percent(one.jump.ratio[1]) + told_apart(one.jump);
                    var x = axes.xaxis.p2c(x_of(one.jump.after, options)), width = context.measureText(text).width;
                    if (x < 0 || x > plot.width()) { return; }
                    var left = x + 4 + width > plot.width() ? x - 4 - width : x + 4;
                    for (var row = 0; row < LABEL_ROWS; row++) {
                        var free = taken.every(function(other) {
                            return other[2] != row || left > other[1] || left + width < other[0];
                        });
                        if (!free) { continue; }
                        taken.push([left - 4, left + width + 4, row]);
                        context.fillStyle = colour(one.jump);
                        context.fillText(text, left, 5 + 14 * row);
                        return;
                    }
                });
            });
        };
    }

    function range_of(jump) {
        return jump.before + 1 == jump.after ? $.lapwing.short_hash(jump.after)
            : $.lapwing.short_hash(jump.before) + '-' + $.lapwing.short_hash(jump.after);
    }

    function change_row(one, name) {
        var jump = one.jump, commits = range_of(jump), hash = $.lapwing.hash(jump.after);
        var info = $.asv.parse_hash_string(window.location.hash);
        info.params.commits = [commits];
        info.location = encodeURIComponent(name);
        var row = $('<div class="lapwing-change"/>');
        var link = $('<a/>').attr('href', $.asv.format_hash_string(info));
        var kind = 'lapwing-is-' + (jump.accepted ? 'accepted' : jump.word);
        var size = $.lapwing.percent(jump.ratio[1]) + (jump.accepted ? '' : told_apart(jump));
        link.append($('<b/>').addClass(kind).text(size));
        link.append(document.createTextNode(' ' + commits));
        row.append(link);
        var pull = $.lapwing.pull_link(hash);
        if (pull) { row.append(' ').append(pull); }
        var known = $.lapwing.brought().commits[hash];
        row.attr('title', (one.combination ? one.combination + '\n' : '') + one.machine + '\n' + jump.word + ' '
                 + $.lapwing.interval(jump.ratio) + ', ' + jump.state + (known ? '\n' + known.subject : ''));
        if (jump.accepted) { row.append($.lapwing.accepted_line(jump.accepted)); }
        return row;
    }

    function event_row(event) {
        var row = $('<div class="lapwing-change lapwing-event"/>').attr('title', event.text);
        var size = event.ratio ? $.lapwing.percent(event.ratio[1]) + ' ' : '';
        return row.text(size + $.lapwing.short_hash(event.after) + ' the machine');
    }

    function list_changes(found, name) {
        var panel = $('#lapwing-changes');
        if (!panel.length) {
            panel = $('<div class="panel panel-default" id="lapwing-changes"><div class="panel-heading">changes</div>' +
                      '<div class="panel-body"></div></div>');
            $('#graphdisplay-navigation .panel').first().after(panel);
        }
        var body = panel.find('.panel-body').empty();
        var rows = found.jumps.map(function(one) { return [one.jump.after, change_row(one, name)]; })
            .concat(found.events.map(function(event) { return [event.after, event_row(event)]; }));
        rows.sort(function(a, b) { return b[0] - a[0]; });
        if (!rows.length) { body.append($('<div class="lapwing-none"/>').text('no lasting change')); }
        rows.slice(0, MOST_LINES).forEach(function(row) { body.append(row[1]); });
    }

    /* The commits that the address means: of a range its end, where the new level begins. */
    function meant() {
        var hashes = ($.asv.parse_hash_string(window.location.hash).params.commits || []).map(function(range) {
            return range.split('-').slice(-1)[0];
        });
        return hashes.map($.asv.get_revision).filter(function(number) { return number !== null; });
    }

    /* asv's red of the commits that are meant would say "regressed". */
    function neutral(marking) {
        var other = marking.color === '#d00' ? {color: 'rgba(251, 193, 94, 0.6)', lineWidth: 8}
            : marking.alpha ? {color: 'rgba(251, 193, 94, 0.2)'} : {};
        return $.extend({}, marking, other);
    }

    /* Zoomed to its values alone, a graph has no room for the intervals and labels at its edges. */
    function zoomed(axis) {
        var room = (axis.max - axis.min) / 12;
        return axis.transform || axis.min <= 0 || !(room > 0) ? {} : {min: axis.min - room, max: axis.max + room};
    }

    function with_marks(found, options) {
        var markings = (options.grid.markings || []).map(neutral);
        found.jumps.forEach(function(one) {
            var jump = one.jump, at = x_of(jump.after, options);
            if (jump.before + 1 < jump.after) {
                markings.push({color: 'rgba(128, 128, 128, 0.12)', xaxis: {from: x_of(jump.before, options), to: at}});
            }
            if (!jump.accepted) { markings.push({color: colour(jump), lineWidth: 2, xaxis: {from: at, to: at}}); }
        });
        found.events.forEach(function(event) {
            var at = x_of(event.after, options);
            markings.push({color: COLOURS.event, lineWidth: 1, xaxis: {from: at, to: at}});
        });
        var below = [draw_accepted(found.jumps, options)];
        if (found.bands.length && found.bands.length <= MOST_BANDS) { below.unshift(draw_bands(found.bands, options)); }
        return $.extend({}, options, {
            yaxis: $.extend({}, options.yaxis, zoomed(options.yaxis)),
            grid: $.extend({}, options.grid, {markings: markings}),
            hooks: {drawBackground: below, draw: [draw_labels(found.jumps, options)]}
        });
    }

    var plot = $.plot;
    $.plot = $.extend(function(element, series, options) {
        if ($(element).attr('id') != 'main-graph') { return plot.call($, element, series, options); }
        var on_commits = options.xaxis.mode != 'categories' && /^commit/.test(options.xaxis.axisLabel || '');
        $('#lapwing-changes').toggle(on_commits);
        $.lapwing.make_reachable();
        if (!on_commits) { return plot.call($, element, series, options); }
        var name = $.lapwing.current(), found = shown_marks(name, series, options);
        list_changes(found, name);
        var drawn = plot.call($, element, series, with_marks(found, options));
        meant().forEach(function(number) {
            var x = x_of(number, options);
            series.forEach(function(one, i) {
                one.data.forEach(function(point, j) { if (point[0] == x) { drawn.highlight(i, j); } });
            });
        });
        return drawn;
    }, plot);
});
