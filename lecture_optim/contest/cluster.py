"""Units on an existing Dask cluster. Needs the extra ``dask``; each worker needs this course."""

from lecture_optim.contest.entry import ContestError
from lecture_optim.contest.units import code, compute


def connect(address):
    """Return a client of the cluster whose scheduler has this address."""
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise ContestError("--dask needs the extra dask: pip install -e '.[dask]'") from None
    try:
        return Client(address, timeout=20)
    except (OSError, ValueError, TypeError) as error:
        raise ContestError(f"no Dask scheduler answers at {address}: {error}") from None


def on_dask(client, units):
    """Yield units and their rows as they are done; those of a worker that dies are done by another.

    Parameters
    ----------
    client : distributed.Client
        The cluster.
    units : sequence of Unit
        What to run.
    """
    from distributed import CancelledError, KilledWorker, as_completed

    futures = client.map(compute, units, expected=code(), pure=False)
    of = {future.key: unit for future, unit in zip(futures, units, strict=True)}
    try:
        for future in as_completed(futures):
            yield of[future.key], future.result()
            future.release()
    except KilledWorker as error:
        raise ContestError(f"one unit has ended several workers: {error}") from None
    except (OSError, CancelledError) as error:
        raise ContestError(f"the cluster has gone ({error}); the same command goes on from here") from None
    except Exception as error:
        causes = [error, error.__cause__, error.__context__]
        missing = next((one for one in causes if isinstance(one, ImportError)), None)
        if missing is None:
            raise
        raise ContestError(f"each worker needs this course, and one lacks it: {missing}") from None
    finally:
        client.cancel(futures)
