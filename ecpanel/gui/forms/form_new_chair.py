"""The form ui/new_chair.ui; generated, change the form instead."""

from PySide6.QtCore import (QCoreApplication, QDate, QDateTime, QLocale,
    QMetaObject, QObject, QPoint, QRect,
    QSize, QTime, QUrl, Qt)
from PySide6.QtGui import (QBrush, QColor, QConicalGradient, QCursor,
    QFont, QFontDatabase, QGradient, QIcon,
    QImage, QKeySequence, QLinearGradient, QPainter,
    QPalette, QPixmap, QRadialGradient, QTransform)
from PySide6.QtWidgets import (QApplication, QLabel, QLineEdit, QSizePolicy,
    QVBoxLayout, QWidget)

class Ui_NewChair(object):
    def setupUi(self, NewChair):
        if not NewChair.objectName():
            NewChair.setObjectName(u"NewChair")
        self.rows = QVBoxLayout(NewChair)
        self.rows.setObjectName(u"rows")
        self.person_label = QLabel(NewChair)
        self.person_label.setObjectName(u"person_label")

        self.rows.addWidget(self.person_label)

        self.person = QLineEdit(NewChair)
        self.person.setObjectName(u"person")
        self.person.setMaxLength(40)

        self.rows.addWidget(self.person)

        self.person_problem = QLabel(NewChair)
        self.person_problem.setObjectName(u"person_problem")
        self.person_problem.setWordWrap(True)
        self.person_problem.setProperty(u"scale", u"small")
        self.person_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.person_problem)

        self.card_label = QLabel(NewChair)
        self.card_label.setObjectName(u"card_label")

        self.rows.addWidget(self.card_label)

        self.card = QWidget(NewChair)
        self.card.setObjectName(u"card")

        self.rows.addWidget(self.card)

        self.card_hint = QLabel(NewChair)
        self.card_hint.setObjectName(u"card_hint")
        self.card_hint.setWordWrap(True)
        self.card_hint.setProperty(u"scale", u"small")
        self.card_hint.setProperty(u"tone", u"faint")

        self.rows.addWidget(self.card_hint)

        self.card_problem = QLabel(NewChair)
        self.card_problem.setObjectName(u"card_problem")
        self.card_problem.setWordWrap(True)
        self.card_problem.setProperty(u"scale", u"small")
        self.card_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.card_problem)

#if QT_CONFIG(shortcut)
        self.person_label.setBuddy(self.person)
        self.card_label.setBuddy(self.card)
#endif // QT_CONFIG(shortcut)

        self.retranslateUi(NewChair)

        QMetaObject.connectSlotsByName(NewChair)
    # setupUi

    def retranslateUi(self, NewChair):
        self.person_label.setText(QCoreApplication.translate("NewChair", u"\u7ec4\u957f\u59d3\u540d(&N)", None))
#if QT_CONFIG(accessibility)
        self.person.setAccessibleName(QCoreApplication.translate("NewChair", u"\u7ec4\u957f\u59d3\u540d", None))
#endif // QT_CONFIG(accessibility)
        self.person.setPlaceholderText(QCoreApplication.translate("NewChair", u"\u987b\u4e0e\u4e13\u5bb6\u540d\u5355\u4e2d\u7684\u59d3\u540d\u5b8c\u5168\u4e00\u81f4", None))
        self.person_problem.setText("")
        self.card_label.setText(QCoreApplication.translate("NewChair", u"\u7ec4\u957f\u540d\u7247\u5199\u5230(&C)", None))
#if QT_CONFIG(accessibility)
        self.card.setAccessibleName(QCoreApplication.translate("NewChair", u"\u7ec4\u957f\u540d\u7247\u5199\u5230", None))
#endif // QT_CONFIG(accessibility)
        self.card_hint.setText(QCoreApplication.translate("NewChair", u"\u540d\u7247\u542b\u7ec4\u957f\u7684\u516c\u94a5\uff0c\u4ea4\u7ed9\u7ec4\u7ec7\u4eba\u5458\uff1b\u8bc4\u5206\u5305\u5c06\u53ea\u6709\u7ec4\u957f\u80fd\u6253\u5f00\u3002", None))
        self.card_problem.setText("")
        pass
    # retranslateUi

