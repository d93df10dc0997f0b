"""The form ui/tie_decision.ui; generated, change the form instead."""

from PySide6.QtCore import (QCoreApplication, QDate, QDateTime, QLocale,
    QMetaObject, QObject, QPoint, QRect,
    QSize, QTime, QUrl, Qt)
from PySide6.QtGui import (QBrush, QColor, QConicalGradient, QCursor,
    QFont, QFontDatabase, QGradient, QIcon,
    QImage, QKeySequence, QLinearGradient, QPainter,
    QPalette, QPixmap, QRadialGradient, QTransform)
from PySide6.QtWidgets import (QApplication, QLabel, QLineEdit, QSizePolicy,
    QVBoxLayout, QWidget)

class Ui_TieDecision(object):
    def setupUi(self, TieDecision):
        if not TieDecision.objectName():
            TieDecision.setObjectName(u"TieDecision")
        self.rows = QVBoxLayout(TieDecision)
        self.rows.setObjectName(u"rows")
        self.order_label = QLabel(TieDecision)
        self.order_label.setObjectName(u"order_label")

        self.rows.addWidget(self.order_label)

        self.order = QWidget(TieDecision)
        self.order.setObjectName(u"order")

        self.rows.addWidget(self.order)

        self.order_problem = QLabel(TieDecision)
        self.order_problem.setObjectName(u"order_problem")
        self.order_problem.setWordWrap(True)
        self.order_problem.setProperty(u"scale", u"small")
        self.order_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.order_problem)

        self.reason_label = QLabel(TieDecision)
        self.reason_label.setObjectName(u"reason_label")

        self.rows.addWidget(self.reason_label)

        self.reason = QLineEdit(TieDecision)
        self.reason.setObjectName(u"reason")
        self.reason.setMaxLength(200)

        self.rows.addWidget(self.reason)

        self.reason_problem = QLabel(TieDecision)
        self.reason_problem.setObjectName(u"reason_problem")
        self.reason_problem.setWordWrap(True)
        self.reason_problem.setProperty(u"scale", u"small")
        self.reason_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.reason_problem)

        self.vote_label = QLabel(TieDecision)
        self.vote_label.setObjectName(u"vote_label")

        self.rows.addWidget(self.vote_label)

        self.vote = QWidget(TieDecision)
        self.vote.setObjectName(u"vote")

        self.rows.addWidget(self.vote)

        self.vote_problem = QLabel(TieDecision)
        self.vote_problem.setObjectName(u"vote_problem")
        self.vote_problem.setWordWrap(True)
        self.vote_problem.setProperty(u"scale", u"small")
        self.vote_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.vote_problem)

#if QT_CONFIG(shortcut)
        self.order_label.setBuddy(self.order)
        self.reason_label.setBuddy(self.reason)
        self.vote_label.setBuddy(self.vote)
#endif // QT_CONFIG(shortcut)

        self.retranslateUi(TieDecision)

        QMetaObject.connectSlotsByName(TieDecision)
    # setupUi

    def retranslateUi(self, TieDecision):
        self.order_label.setText(QCoreApplication.translate("TieDecision", u"\u6b21\u5e8f\uff0c\u9760\u524d\u7684\u5728\u4e0a(&O)", None))
#if QT_CONFIG(accessibility)
        self.order.setAccessibleName(QCoreApplication.translate("TieDecision", u"\u6b21\u5e8f\uff0c\u9760\u524d\u7684\u5728\u4e0a", None))
#endif // QT_CONFIG(accessibility)
        self.order_problem.setText("")
        self.reason_label.setText(QCoreApplication.translate("TieDecision", u"\u7406\u7531(&R)", None))
#if QT_CONFIG(accessibility)
        self.reason.setAccessibleName(QCoreApplication.translate("TieDecision", u"\u7406\u7531", None))
#endif // QT_CONFIG(accessibility)
        self.reason.setPlaceholderText(QCoreApplication.translate("TieDecision", u"\u81f3\u5c11 4 \u4e2a\u5b57\uff0c\u5370\u5728\u8bc4\u5ba1\u62a5\u544a\u91cc", None))
        self.reason_problem.setText("")
        self.vote_label.setText(QCoreApplication.translate("TieDecision", u"\u8868\u51b3", None))
#if QT_CONFIG(accessibility)
        self.vote.setAccessibleName(QCoreApplication.translate("TieDecision", u"\u8868\u51b3", None))
#endif // QT_CONFIG(accessibility)
        self.vote_problem.setText("")
        pass
    # retranslateUi

