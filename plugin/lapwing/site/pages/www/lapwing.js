/* Lapwing on asv's pages: what its other files share, and the pages of its own that they fill. */
'use strict';

$(document).ready(function() {
    var told = null;      /* verdicts.json */
    var brought = null;   /* commits.json */
    var asked = null;     /* ... while it is fetched, and after that */
    var listed = null;    /* regressions.json */
    var marks = {};       /* by benchmark: marks/NAME.json */
    var nothing = {events: [], commits: {}, pull_url: ''};

    function fetch_once(url) {
        return $.ajax({url: url + '?timestamp=' + $.asv.main_timestamp, dataType: 'json', cache: true});
    }

    function percent(ratio) {
        var share = 100 * (ratio - 1);
        return (share < 0 ? '\u2212' : '+') + Math.abs(share).toFixed(1) + ' %';
    }

    /* Who accepted a change, until when and why. */
    function said_of(accepted) {
        var until = accepted.until ? ' until ' + accepted.until : '';
        return 'accepted by ' + accepted.by + until + ': ' + accepted.reason;
    }

    $.lapwing = {
        COLOURS: {regressed: '#c9302c', improved: '#2e8b57', accepted: '#7d6b9e', event: '#8a6d3b',
                  transient: '#6b7a86', drift: '#6b7a86'},

        /* The page, or the benchmark, that the address shows. */
        current: function() { return $.asv.parse_hash_string(window.location.hash).location.join('/'); },

        percent: percent,

        interval: function(ratio) { return percent(ratio[0]) + ' \u2026 ' + percent(ratio[2]); },

        short_hash: function(number) { return $.asv.get_commit_hash(number) || '?'; },

        hash: function(number) { return $.asv.main_json.revision_to_hash[number] || ''; },

        said_of: said_of,

        accepted_line: function(accepted) { return $('<div class="lapwing-accepted-by"/>').text(said_of(accepted)); },

        load_told: function() {
            if (told !== null) { return $.when(told); }
            return fetch_once('verdicts.json').then(function(data) { told = data; return data; });
        },

        /* What is known of commits; a page does without it rather than not at all. */
        load_brought: function() {
            asked = asked || fetch_once('commits.json').then(
                function(data) { brought = data; return data; },
                function() { brought = nothing; return $.when(nothing); });
            return asked;
        },

        brought: function() { return brought || nothing; },

        load_listed: function() {
            if (listed !== null) { return $.when(listed); }
            return fetch_once('regressions.json').then(function(data) { listed = data.regressions; return listed; });
        },

        load_marks: function(name) {
            if (marks[name] !== undefined) { return $.when(marks[name]); }
            return fetch_once('marks/' + encodeURIComponent(name) + '.json').then(
                function(data) { marks[name] = data; return data; },
                function() { marks[name] = {machines: {}}; return $.when(marks[name]); });
        },

        marks: function(name) { return marks[name] || {machines: {}}; },

        /* A link to a commit, and one to its pull request where there is one; the subject when pointed at. */
        commit_link: function(hash, text) {
            var known = $.lapwing.brought().commits[hash], link = $('<span/>');
            link.append($('<a/>').attr('href', $.asv.main_json.show_commit_url + hash).text(text || hash.slice(0, 10)));
            if (known) {
                link.attr('title', known.subject);
                var pull = $.lapwing.pull_link(hash);
                if (pull) { link.append(' ').append(pull); }
            }
            return link;
        },

        pull_link: function(hash) {
            var data = $.lapwing.brought(), known = data.commits[hash];
            if (!known || !known.pull) { return null; }
            return $('<a class="lapwing-pull"/>').attr('href', data.pull_url + known.pull)
                .attr('title', known.subject).text('#' + known.pull);
        },

        /* Show one of our pages; asv knows and hides only its own. */
        show: function(id, title) {
            $('.lapwing-page').hide();
            $('#title').text(title);
            return $('#' + id).show();
        }
    };

    window.addEventListener('hashchange', function() { $('.lapwing-page').hide(); });
});
