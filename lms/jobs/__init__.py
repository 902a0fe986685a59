"""The hands beside the server: the course watcher and the renderer of PDFs."""
