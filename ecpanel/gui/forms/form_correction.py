"""The form ui/correction.ui; generated, change the form instead."""

from PySide6.QtCore import (QCoreApplication, QDate, QDateTime, QLocale,
    QMetaObject, QObject, QPoint, QRect,
    QSize, QTime, QUrl, Qt)
from PySide6.QtGui import (QBrush, QColor, QConicalGradient, QCursor,
    QFont, QFontDatabase, QGradient, QIcon,
    QImage, QKeySequence, QLinearGradient, QPainter,
    QPalette, QPixmap, QRadialGradient, QTransform)
from PySide6.QtWidgets import (QApplication, QComboBox, QLabel, QLineEdit,
    QSizePolicy, QVBoxLayout, QWidget)

class Ui_Correction(object):
    def setupUi(self, Correction):
        if not Correction.objectName():
            Correction.setObjectName(u"Correction")
        self.rows = QVBoxLayout(Correction)
        self.rows.setObjectName(u"rows")
        self.after_label = QLabel(Correction)
        self.after_label.setObjectName(u"after_label")

        self.rows.addWidget(self.after_label)

        self.after = QLineEdit(Correction)
        self.after.setObjectName(u"after")
        self.after.setMaxLength(12)

        self.rows.addWidget(self.after)

        self.after_problem = QLabel(Correction)
        self.after_problem.setObjectName(u"after_problem")
        self.after_problem.setWordWrap(True)
        self.after_problem.setProperty(u"scale", u"small")
        self.after_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.after_problem)

        self.reason_label = QLabel(Correction)
        self.reason_label.setObjectName(u"reason_label")

        self.rows.addWidget(self.reason_label)

        self.reason = QComboBox(Correction)
        self.reason.setObjectName(u"reason")

        self.rows.addWidget(self.reason)

        self.reason_problem = QLabel(Correction)
        self.reason_problem.setObjectName(u"reason_problem")
        self.reason_problem.setWordWrap(True)
        self.reason_problem.setProperty(u"scale", u"small")
        self.reason_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.reason_problem)

        self.note_label = QLabel(Correction)
        self.note_label.setObjectName(u"note_label")

        self.rows.addWidget(self.note_label)

        self.note = QLineEdit(Correction)
        self.note.setObjectName(u"note")
        self.note.setMaxLength(200)

        self.rows.addWidget(self.note)

        self.note_problem = QLabel(Correction)
        self.note_problem.setObjectName(u"note_problem")
        self.note_problem.setWordWrap(True)
        self.note_problem.setProperty(u"scale", u"small")
        self.note_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.note_problem)

        self.mover_label = QLabel(Correction)
        self.mover_label.setObjectName(u"mover_label")

        self.rows.addWidget(self.mover_label)

        self.mover = QComboBox(Correction)
        self.mover.setObjectName(u"mover")

        self.rows.addWidget(self.mover)

        self.mover_problem = QLabel(Correction)
        self.mover_problem.setObjectName(u"mover_problem")
        self.mover_problem.setWordWrap(True)
        self.mover_problem.setProperty(u"scale", u"small")
        self.mover_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.mover_problem)

        self.vote_label = QLabel(Correction)
        self.vote_label.setObjectName(u"vote_label")

        self.rows.addWidget(self.vote_label)

        self.vote = QWidget(Correction)
        self.vote.setObjectName(u"vote")

        self.rows.addWidget(self.vote)

        self.vote_problem = QLabel(Correction)
        self.vote_problem.setObjectName(u"vote_problem")
        self.vote_problem.setWordWrap(True)
        self.vote_problem.setProperty(u"scale", u"small")
        self.vote_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.vote_problem)

        self.passphrase_label = QLabel(Correction)
        self.passphrase_label.setObjectName(u"passphrase_label")

        self.rows.addWidget(self.passphrase_label)

        self.passphrase = QLineEdit(Correction)
        self.passphrase.setObjectName(u"passphrase")
        self.passphrase.setEchoMode(QLineEdit.Password)

        self.rows.addWidget(self.passphrase)

        self.passphrase_hint = QLabel(Correction)
        self.passphrase_hint.setObjectName(u"passphrase_hint")
        self.passphrase_hint.setWordWrap(True)
        self.passphrase_hint.setProperty(u"scale", u"small")
        self.passphrase_hint.setProperty(u"tone", u"faint")

        self.rows.addWidget(self.passphrase_hint)

        self.passphrase_problem = QLabel(Correction)
        self.passphrase_problem.setObjectName(u"passphrase_problem")
        self.passphrase_problem.setWordWrap(True)
        self.passphrase_problem.setProperty(u"scale", u"small")
        self.passphrase_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.passphrase_problem)

#if QT_CONFIG(shortcut)
        self.after_label.setBuddy(self.after)
        self.reason_label.setBuddy(self.reason)
        self.note_label.setBuddy(self.note)
        self.mover_label.setBuddy(self.mover)
        self.vote_label.setBuddy(self.vote)
        self.passphrase_label.setBuddy(self.passphrase)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.after, self.reason)
        QWidget.setTabOrder(self.reason, self.note)
        QWidget.setTabOrder(self.note, self.mover)
        QWidget.setTabOrder(self.mover, self.passphrase)

        self.retranslateUi(Correction)

        QMetaObject.connectSlotsByName(Correction)
    # setupUi

    def retranslateUi(self, Correction):
        self.after_label.setText(QCoreApplication.translate("Correction", u"\u66f4\u6b63\u4e3a(&E)", None))
#if QT_CONFIG(accessibility)
        self.after.setAccessibleName(QCoreApplication.translate("Correction", u"\u66f4\u6b63\u4e3a", None))
#endif // QT_CONFIG(accessibility)
        self.after.setPlaceholderText(QCoreApplication.translate("Correction", u"\u5982 6.5", None))
        self.after_problem.setText("")
        self.reason_label.setText(QCoreApplication.translate("Correction", u"\u539f\u56e0(&R)", None))
#if QT_CONFIG(accessibility)
        self.reason.setAccessibleName(QCoreApplication.translate("Correction", u"\u539f\u56e0", None))
#endif // QT_CONFIG(accessibility)
        self.reason_problem.setText("")
        self.note_label.setText(QCoreApplication.translate("Correction", u"\u8bf4\u660e(&D)", None))
#if QT_CONFIG(accessibility)
        self.note.setAccessibleName(QCoreApplication.translate("Correction", u"\u8bf4\u660e", None))
#endif // QT_CONFIG(accessibility)
        self.note.setPlaceholderText(QCoreApplication.translate("Correction", u"\u81f3\u5c11 4 \u4e2a\u5b57\uff0c\u5370\u5728\u8bc4\u5ba1\u62a5\u544a\u91cc", None))
        self.note_problem.setText("")
        self.mover_label.setText(QCoreApplication.translate("Correction", u"\u52a8\u8bae\u4eba(&M)", None))
#if QT_CONFIG(accessibility)
        self.mover.setAccessibleName(QCoreApplication.translate("Correction", u"\u52a8\u8bae\u4eba", None))
#endif // QT_CONFIG(accessibility)
        self.mover_problem.setText("")
        self.vote_label.setText(QCoreApplication.translate("Correction", u"\u8868\u51b3", None))
#if QT_CONFIG(accessibility)
        self.vote.setAccessibleName(QCoreApplication.translate("Correction", u"\u8868\u51b3", None))
#endif // QT_CONFIG(accessibility)
        self.vote_problem.setText("")
        self.passphrase_label.setText(QCoreApplication.translate("Correction", u"\u66f4\u6b63\u53e3\u4ee4(&P)", None))
#if QT_CONFIG(accessibility)
        self.passphrase.setAccessibleName(QCoreApplication.translate("Correction", u"\u66f4\u6b63\u53e3\u4ee4", None))
#endif // QT_CONFIG(accessibility)
        self.passphrase_hint.setText(QCoreApplication.translate("Correction", u"\u7531\u7ed9\u5206\u7684\u4e13\u5bb6\u672c\u4eba\u8f93\u5165\uff1b\u7ec4\u957f\u548c\u5176\u4ed6\u4eba\u4e0d\u5e94\u77e5\u9053\u3002", None))
        self.passphrase_problem.setText("")
        pass
    # retranslateUi

