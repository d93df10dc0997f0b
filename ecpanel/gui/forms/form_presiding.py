"""The form ui/presiding.ui; generated, change the form instead."""

from PySide6.QtCore import (QCoreApplication, QDate, QDateTime, QLocale,
    QMetaObject, QObject, QPoint, QRect,
    QSize, QTime, QUrl, Qt)
from PySide6.QtGui import (QBrush, QColor, QConicalGradient, QCursor,
    QFont, QFontDatabase, QGradient, QIcon,
    QImage, QKeySequence, QLinearGradient, QPainter,
    QPalette, QPixmap, QRadialGradient, QTransform)
from PySide6.QtWidgets import (QApplication, QComboBox, QLabel, QLineEdit,
    QSizePolicy, QVBoxLayout, QWidget)

class Ui_Presiding(object):
    def setupUi(self, Presiding):
        if not Presiding.objectName():
            Presiding.setObjectName(u"Presiding")
        self.rows = QVBoxLayout(Presiding)
        self.rows.setObjectName(u"rows")
        self.member_label = QLabel(Presiding)
        self.member_label.setObjectName(u"member_label")

        self.rows.addWidget(self.member_label)

        self.member = QComboBox(Presiding)
        self.member.setObjectName(u"member")

        self.rows.addWidget(self.member)

        self.member_problem = QLabel(Presiding)
        self.member_problem.setObjectName(u"member_problem")
        self.member_problem.setWordWrap(True)
        self.member_problem.setProperty(u"scale", u"small")
        self.member_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.member_problem)

        self.passphrase_label = QLabel(Presiding)
        self.passphrase_label.setObjectName(u"passphrase_label")

        self.rows.addWidget(self.passphrase_label)

        self.passphrase = QLineEdit(Presiding)
        self.passphrase.setObjectName(u"passphrase")
        self.passphrase.setEchoMode(QLineEdit.Password)

        self.rows.addWidget(self.passphrase)

        self.passphrase_hint = QLabel(Presiding)
        self.passphrase_hint.setObjectName(u"passphrase_hint")
        self.passphrase_hint.setWordWrap(True)
        self.passphrase_hint.setProperty(u"scale", u"small")
        self.passphrase_hint.setProperty(u"tone", u"faint")

        self.rows.addWidget(self.passphrase_hint)

        self.passphrase_problem = QLabel(Presiding)
        self.passphrase_problem.setObjectName(u"passphrase_problem")
        self.passphrase_problem.setWordWrap(True)
        self.passphrase_problem.setProperty(u"scale", u"small")
        self.passphrase_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.passphrase_problem)

#if QT_CONFIG(shortcut)
        self.member_label.setBuddy(self.member)
        self.passphrase_label.setBuddy(self.passphrase)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.member, self.passphrase)

        self.retranslateUi(Presiding)

        QMetaObject.connectSlotsByName(Presiding)
    # setupUi

    def retranslateUi(self, Presiding):
        self.member_label.setText(QCoreApplication.translate("Presiding", u"\u4e3b\u6301\u4eba(&M)", None))
#if QT_CONFIG(accessibility)
        self.member.setAccessibleName(QCoreApplication.translate("Presiding", u"\u4e3b\u6301\u4eba", None))
#endif // QT_CONFIG(accessibility)
        self.member_problem.setText("")
        self.passphrase_label.setText(QCoreApplication.translate("Presiding", u"\u4e3b\u6301\u4eba\u672c\u4eba\u7684\u66f4\u6b63\u53e3\u4ee4(&P)", None))
#if QT_CONFIG(accessibility)
        self.passphrase.setAccessibleName(QCoreApplication.translate("Presiding", u"\u4e3b\u6301\u4eba\u672c\u4eba\u7684\u66f4\u6b63\u53e3\u4ee4", None))
#endif // QT_CONFIG(accessibility)
        self.passphrase_hint.setText(QCoreApplication.translate("Presiding", u"\u7531\u4e3b\u6301\u4eba\u672c\u4eba\u8f93\u5165\uff0c\u7b7e\u5230\u65f6\u6240\u8bbe\uff1b\u7ec4\u957f\u4e0d\u5e94\u77e5\u9053\u3002", None))
        self.passphrase_problem.setText("")
        pass
    # retranslateUi

