"""Which concrete thing does each job get? The only rooms that name adapters, one for each job."""
