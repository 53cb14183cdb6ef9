"""Read the histories that other tools wrote."""
