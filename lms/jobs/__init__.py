"""The hands beside the server: the course watcher, the renderer of PDFs, and whoever does the jobs that wait."""
