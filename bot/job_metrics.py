"""What is measured of the jobs."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from storage.jobs import QueueStatistics

_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class JobMetrics:
    """The worker's metrics. Labels are names of kinds and outcomes only: values come from code, never from data."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.attempts = Counter(
            "gapbot_job_attempts",
            "Attempts at jobs, by how they ended: done, retried, postponed, dead or lost.",
            ["kind", "outcome"],
            registry=registry,
        )
        self.seconds = Histogram(
            "gapbot_job_seconds", "How long attempts at jobs took.", ["kind"], registry=registry, buckets=_SECONDS
        )
        self.running = Gauge("gapbot_jobs_running", "Jobs that this process runs now.", registry=registry)
        self._waiting = Gauge(
            "gapbot_jobs_waiting", "Jobs that wait for their time or their turn.", ["kind"], registry=registry
        )
        self._dead = Gauge("gapbot_jobs_dead", "Dead letters.", ["kind"], registry=registry)
        self._oldest = Gauge(
            "gapbot_jobs_oldest_due_seconds", "How long the longest-waiting due job has waited.", registry=registry
        )

    def show(self, queue: QueueStatistics) -> None:
        """Replace what is known of the queue; a kind without jobs disappears."""
        for gauge, numbers in ((self._waiting, queue.waiting), (self._dead, queue.dead)):
            gauge.clear()
            for kind, number in numbers.items():
                gauge.labels(kind=kind).set(number)
        self._oldest.set(queue.oldest_due)
