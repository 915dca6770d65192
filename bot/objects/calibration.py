"""What `verbatim calibrate` found, for all replicas of one collection: the newest counts."""

from dataclasses import asdict
from pathlib import Path

from bot.errors import ObjectsError
from bot.objects.door import Objects
from bot.objects.versions import Versions
from index.search.calibration import Calibration, load, parse, save


class SharedCalibration:
    """`data`: the data folder of this replica, from which its answers take their thresholds."""

    def __init__(self, objects: Objects, data: Path) -> None:
        self._name = objects.name
        self._versions = Versions(objects, "calibration/")
        self._data = data
        self._met = 0
        """The number that was compared last with what is here."""

    def share(self, calibration: Calibration) -> None:
        """From now on it holds everywhere, also where another was shared meanwhile."""
        while not self._versions.add(self._versions.newest(), {"calibration": asdict(calibration)}):
            pass
        self._versions.forget()

    def meet(self) -> None:
        """Have in the data folder what holds everywhere; what is only here stays where nothing was shared yet."""
        newest = self._versions.newest()
        if newest.number == self._met:
            return
        try:
            shared = parse(newest.content.get("calibration"))
        except ValueError as error:
            name = f"calibration/{newest.number}"
            raise ObjectsError("objects-damaged", name=self._name, what=name) from error
        own = load(self._data)
        # Not compared whole: each replica notes in its own what came of testing it over a new snapshot.
        if own is None or own.created != shared.created:
            save(self._data, shared)
        self._met = newest.number
