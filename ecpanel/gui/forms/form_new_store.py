"""The form ui/new_store.ui; generated, change the form instead."""

from PySide6.QtCore import (QCoreApplication, QDate, QDateTime, QLocale,
    QMetaObject, QObject, QPoint, QRect,
    QSize, QTime, QUrl, Qt)
from PySide6.QtGui import (QBrush, QColor, QConicalGradient, QCursor,
    QFont, QFontDatabase, QGradient, QIcon,
    QImage, QKeySequence, QLinearGradient, QPainter,
    QPalette, QPixmap, QRadialGradient, QTransform)
from PySide6.QtWidgets import (QApplication, QHBoxLayout, QLabel, QLineEdit,
    QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

class Ui_NewStore(object):
    def setupUi(self, NewStore):
        if not NewStore.objectName():
            NewStore.setObjectName(u"NewStore")
        self.rows = QVBoxLayout(NewStore)
        self.rows.setObjectName(u"rows")
        self.place_label = QLabel(NewStore)
        self.place_label.setObjectName(u"place_label")

        self.rows.addWidget(self.place_label)

        self.place = QWidget(NewStore)
        self.place.setObjectName(u"place")

        self.rows.addWidget(self.place)

        self.place_problem = QLabel(NewStore)
        self.place_problem.setObjectName(u"place_problem")
        self.place_problem.setWordWrap(True)
        self.place_problem.setProperty(u"scale", u"small")
        self.place_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.place_problem)

        self.pair1 = QHBoxLayout()
        self.pair1.setObjectName(u"pair1")
        self.column1_0 = QVBoxLayout()
        self.column1_0.setObjectName(u"column1_0")
        self.passphrase_label = QLabel(NewStore)
        self.passphrase_label.setObjectName(u"passphrase_label")

        self.column1_0.addWidget(self.passphrase_label)

        self.passphrase = QLineEdit(NewStore)
        self.passphrase.setObjectName(u"passphrase")
        self.passphrase.setEchoMode(QLineEdit.Password)

        self.column1_0.addWidget(self.passphrase)

        self.passphrase_problem = QLabel(NewStore)
        self.passphrase_problem.setObjectName(u"passphrase_problem")
        self.passphrase_problem.setWordWrap(True)
        self.passphrase_problem.setProperty(u"scale", u"small")
        self.passphrase_problem.setProperty(u"tone", u"bad")

        self.column1_0.addWidget(self.passphrase_problem)

        self.below1_0 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column1_0.addItem(self.below1_0)


        self.pair1.addLayout(self.column1_0)

        self.column1_1 = QVBoxLayout()
        self.column1_1.setObjectName(u"column1_1")
        self.again_label = QLabel(NewStore)
        self.again_label.setObjectName(u"again_label")

        self.column1_1.addWidget(self.again_label)

        self.again = QLineEdit(NewStore)
        self.again.setObjectName(u"again")
        self.again.setEchoMode(QLineEdit.Password)

        self.column1_1.addWidget(self.again)

        self.again_problem = QLabel(NewStore)
        self.again_problem.setObjectName(u"again_problem")
        self.again_problem.setWordWrap(True)
        self.again_problem.setProperty(u"scale", u"small")
        self.again_problem.setProperty(u"tone", u"bad")

        self.column1_1.addWidget(self.again_problem)

        self.below1_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column1_1.addItem(self.below1_1)


        self.pair1.addLayout(self.column1_1)


        self.rows.addLayout(self.pair1)

        self.text2 = QLabel(NewStore)
        self.text2.setObjectName(u"text2")
        self.text2.setWordWrap(True)
        self.text2.setProperty(u"scale", u"small")
        self.text2.setProperty(u"tone", u"faint")

        self.rows.addWidget(self.text2)

#if QT_CONFIG(shortcut)
        self.place_label.setBuddy(self.place)
        self.passphrase_label.setBuddy(self.passphrase)
        self.again_label.setBuddy(self.again)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.passphrase, self.again)

        self.retranslateUi(NewStore)

        QMetaObject.connectSlotsByName(NewStore)
    # setupUi

    def retranslateUi(self, NewStore):
        self.place_label.setText(QCoreApplication.translate("NewStore", u"\u5b58\u653e\u4f4d\u7f6e(&L)", None))
#if QT_CONFIG(accessibility)
        self.place.setAccessibleName(QCoreApplication.translate("NewStore", u"\u5b58\u653e\u4f4d\u7f6e", None))
#endif // QT_CONFIG(accessibility)
        self.place_problem.setText("")
        self.passphrase_label.setText(QCoreApplication.translate("NewStore", u"\u8bc4\u5ba1\u5e93\u53e3\u4ee4(&P)", None))
#if QT_CONFIG(accessibility)
        self.passphrase.setAccessibleName(QCoreApplication.translate("NewStore", u"\u8bc4\u5ba1\u5e93\u53e3\u4ee4", None))
#endif // QT_CONFIG(accessibility)
        self.passphrase_problem.setText("")
        self.again_label.setText(QCoreApplication.translate("NewStore", u"\u518d\u8f93\u5165\u4e00\u6b21(&A)", None))
#if QT_CONFIG(accessibility)
        self.again.setAccessibleName(QCoreApplication.translate("NewStore", u"\u518d\u8f93\u5165\u4e00\u6b21", None))
#endif // QT_CONFIG(accessibility)
        self.again_problem.setText("")
        self.text2.setText(QCoreApplication.translate("NewStore", u"\u53e3\u4ee4\u53ea\u6709\u60a8\u77e5\u9053\uff0c\u5fd8\u8bb0\u540e\u65e0\u6cd5\u627e\u56de\u3002\u81f3\u5c11 8 \u4e2a\u5b57\u7b26\uff0c\u53ef\u4ee5\u662f\u4e00\u53e5\u8bdd\u3002", None))
        pass
    # retranslateUi

