"""One start in a process of its own: `ours` to a usable start page, `bare` to an empty PySide6 window."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

if sys.argv[1] == "ours":
    from PySide6.QtCore import QTimer

    from ecpanel.gui.app import assemble, make_application
    from ecpanel.settings import Places

    application = make_application()
    with tempfile.TemporaryDirectory() as folder:
        parts = assemble(application, Places(Path(folder), Path(folder), Path(folder) / "preferences.json"))
        parts.window.show()
        QTimer.singleShot(0, lambda: QTimer.singleShot(0, application.quit))
        application.exec()
        parts.frame.jobs.close()
else:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication(["bare"])
    window = QMainWindow()
    window.resize(1280, 720)
    window.show()
    QTimer.singleShot(0, lambda: QTimer.singleShot(0, application.quit))
    application.exec()
