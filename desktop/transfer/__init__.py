"""Files on their way, in worker threads and without Qt."""
