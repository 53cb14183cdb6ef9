"""Take samples in fresh processes."""
