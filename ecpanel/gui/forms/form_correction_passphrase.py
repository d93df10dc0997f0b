"""The form ui/correction_passphrase.ui; generated, change the form instead."""

from PySide6.QtCore import (QCoreApplication, QDate, QDateTime, QLocale,
    QMetaObject, QObject, QPoint, QRect,
    QSize, QTime, QUrl, Qt)
from PySide6.QtGui import (QBrush, QColor, QConicalGradient, QCursor,
    QFont, QFontDatabase, QGradient, QIcon,
    QImage, QKeySequence, QLinearGradient, QPainter,
    QPalette, QPixmap, QRadialGradient, QTransform)
from PySide6.QtWidgets import (QApplication, QLabel, QLineEdit, QSizePolicy,
    QVBoxLayout, QWidget)

class Ui_CorrectionPassphrase(object):
    def setupUi(self, CorrectionPassphrase):
        if not CorrectionPassphrase.objectName():
            CorrectionPassphrase.setObjectName(u"CorrectionPassphrase")
        self.rows = QVBoxLayout(CorrectionPassphrase)
        self.rows.setObjectName(u"rows")
        self.first_label = QLabel(CorrectionPassphrase)
        self.first_label.setObjectName(u"first_label")

        self.rows.addWidget(self.first_label)

        self.first = QLineEdit(CorrectionPassphrase)
        self.first.setObjectName(u"first")
        self.first.setEchoMode(QLineEdit.Password)

        self.rows.addWidget(self.first)

        self.first_hint = QLabel(CorrectionPassphrase)
        self.first_hint.setObjectName(u"first_hint")
        self.first_hint.setWordWrap(True)
        self.first_hint.setProperty(u"scale", u"small")
        self.first_hint.setProperty(u"tone", u"faint")

        self.rows.addWidget(self.first_hint)

        self.first_problem = QLabel(CorrectionPassphrase)
        self.first_problem.setObjectName(u"first_problem")
        self.first_problem.setWordWrap(True)
        self.first_problem.setProperty(u"scale", u"small")
        self.first_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.first_problem)

        self.again_label = QLabel(CorrectionPassphrase)
        self.again_label.setObjectName(u"again_label")

        self.rows.addWidget(self.again_label)

        self.again = QLineEdit(CorrectionPassphrase)
        self.again.setObjectName(u"again")
        self.again.setEchoMode(QLineEdit.Password)

        self.rows.addWidget(self.again)

        self.again_problem = QLabel(CorrectionPassphrase)
        self.again_problem.setObjectName(u"again_problem")
        self.again_problem.setWordWrap(True)
        self.again_problem.setProperty(u"scale", u"small")
        self.again_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.again_problem)

#if QT_CONFIG(shortcut)
        self.first_label.setBuddy(self.first)
        self.again_label.setBuddy(self.again)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.first, self.again)

        self.retranslateUi(CorrectionPassphrase)

        QMetaObject.connectSlotsByName(CorrectionPassphrase)
    # setupUi

    def retranslateUi(self, CorrectionPassphrase):
        self.first_label.setText(QCoreApplication.translate("CorrectionPassphrase", u"\u66f4\u6b63\u53e3\u4ee4(&P)", None))
#if QT_CONFIG(accessibility)
        self.first.setAccessibleName(QCoreApplication.translate("CorrectionPassphrase", u"\u66f4\u6b63\u53e3\u4ee4", None))
#endif // QT_CONFIG(accessibility)
        self.first_hint.setText(QCoreApplication.translate("CorrectionPassphrase", u"\u5408\u8bae\u65f6\u5982\u9700\u66f4\u6b63\u60a8\u7684\u5206\u503c\uff0c\u987b\u7531\u60a8\u672c\u4eba\u8f93\u5165\u6b64\u53e3\u4ee4\u786e\u8ba4\u3002\u8bf7\u53e6\u8bb0\u4e00\u5904\uff0c\u4e0d\u8981\u4e0e\u8bc4\u5ba1\u5e93\u53e3\u4ee4\u76f8\u540c\u3002", None))
        self.first_problem.setText("")
        self.again_label.setText(QCoreApplication.translate("CorrectionPassphrase", u"\u518d\u8f93\u5165\u4e00\u6b21(&A)", None))
#if QT_CONFIG(accessibility)
        self.again.setAccessibleName(QCoreApplication.translate("CorrectionPassphrase", u"\u518d\u8f93\u5165\u4e00\u6b21", None))
#endif // QT_CONFIG(accessibility)
        self.again_problem.setText("")
        pass
    # retranslateUi

