"""Send submissions to a Dask cluster. Needs the extra ``dask``; every worker needs this course and a sandbox."""

import functools

from lecture_grader import sandbox, submission


@functools.cache
def _prepared(secret, unsafe):
    """Return this worker's judges and command, made once."""
    command = sandbox.command_without_sandbox() if unsafe else sandbox.working_command()
    return submission.Judges(secret), command


def grade(notebooks, secret, unsafe, only=None):
    """Grade one submission on the worker that got it.

    Parameters
    ----------
    notebooks : dict of str to bytes
        File name and content.
    secret : str
        The class's secret.
    unsafe : bool
        Whether to do without a sandbox.
    only : list of str, optional
        Names of the questions to grade; default all.

    Returns
    -------
    dict
        As :func:`lecture_grader.submission.grade`.
    """
    judges, command = _prepared(secret, unsafe)
    return submission.grade(notebooks, judges, command, only)


class Pool:
    """A Dask cluster where :func:`lecture_grader.classroom.grade` expects a thread pool.

    A submission whose worker dies is sent to another one by the cluster's scheduler; its result arrives once.

    Parameters
    ----------
    address : str
        Of the scheduler, ``tcp://…``.
    secret : str
        The class's secret.
    unsafe : bool
        Whether to do without a sandbox.
    """

    def __init__(self, address, secret, unsafe):
        from concurrent.futures import Future

        from distributed import Client

        self._client, self._future = Client(address), Future
        self._secret, self._unsafe = secret, unsafe
        self.workers = 2 * max(1, sum(self._client.nthreads().values()))

    def start(self, notebooks, only=None):
        """Begin to grade one submission.

        Returns
        -------
        concurrent.futures.Future
            Its result.
        """
        promised = self._future()
        remote = self._client.submit(grade, notebooks, self._secret, self._unsafe, only, pure=False)

        def arrived(remote):
            error = remote.exception()
            if error is None:
                promised.set_result(remote.result())
            else:
                promised.set_exception(error)
            remote.release()

        remote.add_done_callback(arrived)
        return promised

    def __enter__(self):
        """Return the pool."""
        return self

    def __exit__(self, *exception):
        """Leave the cluster; it goes on without us."""
        self._client.close()


def on_dask(address, secret, unsafe):
    """Return a pool, how many submissions to have under way, and its ``start``."""
    pool = Pool(address, secret, unsafe)
    return pool, pool.workers, pool.start
