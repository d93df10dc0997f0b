"""The form ui/gate_decision.ui; generated, change the form instead."""

from PySide6.QtCore import (QCoreApplication, QDate, QDateTime, QLocale,
    QMetaObject, QObject, QPoint, QRect,
    QSize, QTime, QUrl, Qt)
from PySide6.QtGui import (QBrush, QColor, QConicalGradient, QCursor,
    QFont, QFontDatabase, QGradient, QIcon,
    QImage, QKeySequence, QLinearGradient, QPainter,
    QPalette, QPixmap, QRadialGradient, QTransform)
from PySide6.QtWidgets import (QApplication, QComboBox, QLabel, QLineEdit,
    QRadioButton, QSizePolicy, QVBoxLayout, QWidget)

class Ui_GateDecision(object):
    def setupUi(self, GateDecision):
        if not GateDecision.objectName():
            GateDecision.setObjectName(u"GateDecision")
        self.rows = QVBoxLayout(GateDecision)
        self.rows.setObjectName(u"rows")
        self.gate_label = QLabel(GateDecision)
        self.gate_label.setObjectName(u"gate_label")

        self.rows.addWidget(self.gate_label)

        self.gate = QComboBox(GateDecision)
        self.gate.setObjectName(u"gate")

        self.rows.addWidget(self.gate)

        self.gate_problem = QLabel(GateDecision)
        self.gate_problem.setObjectName(u"gate_problem")
        self.gate_problem.setWordWrap(True)
        self.gate_problem.setProperty(u"scale", u"small")
        self.gate_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.gate_problem)

        self.failed = QRadioButton(GateDecision)
        self.failed.setObjectName(u"failed")

        self.rows.addWidget(self.failed)

        self.passed = QRadioButton(GateDecision)
        self.passed.setObjectName(u"passed")

        self.rows.addWidget(self.passed)

        self.outcome_wrong = QLabel(GateDecision)
        self.outcome_wrong.setObjectName(u"outcome_wrong")
        self.outcome_wrong.setWordWrap(True)
        self.outcome_wrong.setProperty(u"scale", u"small")
        self.outcome_wrong.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.outcome_wrong)

        self.reason_label = QLabel(GateDecision)
        self.reason_label.setObjectName(u"reason_label")

        self.rows.addWidget(self.reason_label)

        self.reason = QLineEdit(GateDecision)
        self.reason.setObjectName(u"reason")
        self.reason.setMaxLength(200)

        self.rows.addWidget(self.reason)

        self.reason_problem = QLabel(GateDecision)
        self.reason_problem.setObjectName(u"reason_problem")
        self.reason_problem.setWordWrap(True)
        self.reason_problem.setProperty(u"scale", u"small")
        self.reason_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.reason_problem)

        self.vote_label = QLabel(GateDecision)
        self.vote_label.setObjectName(u"vote_label")

        self.rows.addWidget(self.vote_label)

        self.vote = QWidget(GateDecision)
        self.vote.setObjectName(u"vote")

        self.rows.addWidget(self.vote)

        self.vote_problem = QLabel(GateDecision)
        self.vote_problem.setObjectName(u"vote_problem")
        self.vote_problem.setWordWrap(True)
        self.vote_problem.setProperty(u"scale", u"small")
        self.vote_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.vote_problem)

#if QT_CONFIG(shortcut)
        self.gate_label.setBuddy(self.gate)
        self.reason_label.setBuddy(self.reason)
        self.vote_label.setBuddy(self.vote)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.gate, self.failed)
        QWidget.setTabOrder(self.failed, self.passed)
        QWidget.setTabOrder(self.passed, self.reason)

        self.retranslateUi(GateDecision)

        QMetaObject.connectSlotsByName(GateDecision)
    # setupUi

    def retranslateUi(self, GateDecision):
        self.gate_label.setText(QCoreApplication.translate("GateDecision", u"\u51c6\u5165\u9879(&G)", None))
#if QT_CONFIG(accessibility)
        self.gate.setAccessibleName(QCoreApplication.translate("GateDecision", u"\u51c6\u5165\u9879", None))
#endif // QT_CONFIG(accessibility)
        self.gate_problem.setText("")
        self.failed.setText(QCoreApplication.translate("GateDecision", u"\u4e0d\u901a\u8fc7\uff1a\u4e0d\u53c2\u4e0e\u6392\u540d(&F)", None))
        self.passed.setText(QCoreApplication.translate("GateDecision", u"\u901a\u8fc7\uff1a\u7167\u5e38\u53c2\u4e0e\u6392\u540d(&T)", None))
        self.outcome_wrong.setText("")
        self.reason_label.setText(QCoreApplication.translate("GateDecision", u"\u7406\u7531(&R)", None))
#if QT_CONFIG(accessibility)
        self.reason.setAccessibleName(QCoreApplication.translate("GateDecision", u"\u7406\u7531", None))
#endif // QT_CONFIG(accessibility)
        self.reason.setPlaceholderText(QCoreApplication.translate("GateDecision", u"\u81f3\u5c11 4 \u4e2a\u5b57\uff0c\u5370\u5728\u8bc4\u5ba1\u62a5\u544a\u91cc", None))
        self.reason_problem.setText("")
        self.vote_label.setText(QCoreApplication.translate("GateDecision", u"\u8868\u51b3", None))
#if QT_CONFIG(accessibility)
        self.vote.setAccessibleName(QCoreApplication.translate("GateDecision", u"\u8868\u51b3", None))
#endif // QT_CONFIG(accessibility)
        self.vote_problem.setText("")
        pass
    # retranslateUi

