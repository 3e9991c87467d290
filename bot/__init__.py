"""The process: settings, wiring, web, worker, command line. Nothing imports it."""
