"""Work that is done later, once, by whichever node is free: jobs with leases, progress and their ends."""
