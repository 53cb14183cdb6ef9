"""Write the site's pages straight from the history, in the layout of asv's front end."""
