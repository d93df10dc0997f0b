"""The form ui/particulars.ui; generated, change the form instead."""

from PySide6.QtCore import (QCoreApplication, QDate, QDateTime, QLocale,
    QMetaObject, QObject, QPoint, QRect,
    QSize, QTime, QUrl, Qt)
from PySide6.QtGui import (QBrush, QColor, QConicalGradient, QCursor,
    QFont, QFontDatabase, QGradient, QIcon,
    QImage, QKeySequence, QLinearGradient, QPainter,
    QPalette, QPixmap, QRadialGradient, QTransform)
from PySide6.QtWidgets import (QApplication, QComboBox, QHBoxLayout, QLabel,
    QLineEdit, QSizePolicy, QSpacerItem, QSpinBox,
    QVBoxLayout, QWidget)

class Ui_Particulars(object):
    def setupUi(self, Particulars):
        if not Particulars.objectName():
            Particulars.setObjectName(u"Particulars")
        self.rows = QVBoxLayout(Particulars)
        self.rows.setObjectName(u"rows")
        self.title_label = QLabel(Particulars)
        self.title_label.setObjectName(u"title_label")

        self.rows.addWidget(self.title_label)

        self.title = QLineEdit(Particulars)
        self.title.setObjectName(u"title")
        self.title.setMaxLength(100)

        self.rows.addWidget(self.title)

        self.title_problem = QLabel(Particulars)
        self.title_problem.setObjectName(u"title_problem")
        self.title_problem.setWordWrap(True)
        self.title_problem.setProperty(u"scale", u"small")
        self.title_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.title_problem)

        self.pair1 = QHBoxLayout()
        self.pair1.setObjectName(u"pair1")
        self.column1_0 = QVBoxLayout()
        self.column1_0.setObjectName(u"column1_0")
        self.year_label = QLabel(Particulars)
        self.year_label.setObjectName(u"year_label")

        self.column1_0.addWidget(self.year_label)

        self.year = QSpinBox(Particulars)
        self.year.setObjectName(u"year")
        self.year.setMinimum(2005)
        self.year.setMaximum(2100)

        self.column1_0.addWidget(self.year)

        self.year_problem = QLabel(Particulars)
        self.year_problem.setObjectName(u"year_problem")
        self.year_problem.setWordWrap(True)
        self.year_problem.setProperty(u"scale", u"small")
        self.year_problem.setProperty(u"tone", u"bad")

        self.column1_0.addWidget(self.year_problem)

        self.below1_0 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column1_0.addItem(self.below1_0)


        self.pair1.addLayout(self.column1_0)

        self.column1_1 = QVBoxLayout()
        self.column1_1.setObjectName(u"column1_1")
        self.kind_label = QLabel(Particulars)
        self.kind_label.setObjectName(u"kind_label")

        self.column1_1.addWidget(self.kind_label)

        self.kind = QComboBox(Particulars)
        self.kind.setObjectName(u"kind")

        self.column1_1.addWidget(self.kind)

        self.kind_problem = QLabel(Particulars)
        self.kind_problem.setObjectName(u"kind_problem")
        self.kind_problem.setWordWrap(True)
        self.kind_problem.setProperty(u"scale", u"small")
        self.kind_problem.setProperty(u"tone", u"bad")

        self.column1_1.addWidget(self.kind_problem)

        self.below1_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column1_1.addItem(self.below1_1)


        self.pair1.addLayout(self.column1_1)

        self.column1_2 = QVBoxLayout()
        self.column1_2.setObjectName(u"column1_2")
        self.cut_label = QLabel(Particulars)
        self.cut_label.setObjectName(u"cut_label")

        self.column1_2.addWidget(self.cut_label)

        self.cut = QSpinBox(Particulars)
        self.cut.setObjectName(u"cut")
        self.cut.setMinimum(0)
        self.cut.setMaximum(3700)

        self.column1_2.addWidget(self.cut)

        self.cut_problem = QLabel(Particulars)
        self.cut_problem.setObjectName(u"cut_problem")
        self.cut_problem.setWordWrap(True)
        self.cut_problem.setProperty(u"scale", u"small")
        self.cut_problem.setProperty(u"tone", u"bad")

        self.column1_2.addWidget(self.cut_problem)

        self.below1_2 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column1_2.addItem(self.below1_2)


        self.pair1.addLayout(self.column1_2)


        self.rows.addLayout(self.pair1)

        self.pair2 = QHBoxLayout()
        self.pair2.setObjectName(u"pair2")
        self.column2_0 = QVBoxLayout()
        self.column2_0.setObjectName(u"column2_0")
        self.notice_label = QLabel(Particulars)
        self.notice_label.setObjectName(u"notice_label")

        self.column2_0.addWidget(self.notice_label)

        self.notice = QLineEdit(Particulars)
        self.notice.setObjectName(u"notice")
        self.notice.setMaxLength(60)

        self.column2_0.addWidget(self.notice)

        self.notice_problem = QLabel(Particulars)
        self.notice_problem.setObjectName(u"notice_problem")
        self.notice_problem.setWordWrap(True)
        self.notice_problem.setProperty(u"scale", u"small")
        self.notice_problem.setProperty(u"tone", u"bad")

        self.column2_0.addWidget(self.notice_problem)

        self.below2_0 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column2_0.addItem(self.below2_0)


        self.pair2.addLayout(self.column2_0)

        self.column2_1 = QVBoxLayout()
        self.column2_1.setObjectName(u"column2_1")
        self.organiser_label = QLabel(Particulars)
        self.organiser_label.setObjectName(u"organiser_label")

        self.column2_1.addWidget(self.organiser_label)

        self.organiser = QLineEdit(Particulars)
        self.organiser.setObjectName(u"organiser")
        self.organiser.setMaxLength(40)

        self.column2_1.addWidget(self.organiser)

        self.organiser_problem = QLabel(Particulars)
        self.organiser_problem.setObjectName(u"organiser_problem")
        self.organiser_problem.setWordWrap(True)
        self.organiser_problem.setProperty(u"scale", u"small")
        self.organiser_problem.setProperty(u"tone", u"bad")

        self.column2_1.addWidget(self.organiser_problem)

        self.below2_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column2_1.addItem(self.below2_1)


        self.pair2.addLayout(self.column2_1)


        self.rows.addLayout(self.pair2)

        self.developed_label = QLabel(Particulars)
        self.developed_label.setObjectName(u"developed_label")

        self.rows.addWidget(self.developed_label)

        self.developed = QLineEdit(Particulars)
        self.developed.setObjectName(u"developed")

        self.rows.addWidget(self.developed)

        self.developed_hint = QLabel(Particulars)
        self.developed_hint.setObjectName(u"developed_hint")
        self.developed_hint.setWordWrap(True)
        self.developed_hint.setProperty(u"scale", u"small")
        self.developed_hint.setProperty(u"tone", u"faint")

        self.rows.addWidget(self.developed_hint)

        self.developed_problem = QLabel(Particulars)
        self.developed_problem.setObjectName(u"developed_problem")
        self.developed_problem.setWordWrap(True)
        self.developed_problem.setProperty(u"scale", u"small")
        self.developed_problem.setProperty(u"tone", u"bad")

        self.rows.addWidget(self.developed_problem)

#if QT_CONFIG(shortcut)
        self.title_label.setBuddy(self.title)
        self.year_label.setBuddy(self.year)
        self.kind_label.setBuddy(self.kind)
        self.cut_label.setBuddy(self.cut)
        self.notice_label.setBuddy(self.notice)
        self.organiser_label.setBuddy(self.organiser)
        self.developed_label.setBuddy(self.developed)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.title, self.year)
        QWidget.setTabOrder(self.year, self.kind)
        QWidget.setTabOrder(self.kind, self.cut)
        QWidget.setTabOrder(self.cut, self.notice)
        QWidget.setTabOrder(self.notice, self.organiser)
        QWidget.setTabOrder(self.organiser, self.developed)

        self.retranslateUi(Particulars)

        QMetaObject.connectSlotsByName(Particulars)
    # setupUi

    def retranslateUi(self, Particulars):
        self.title_label.setText(QCoreApplication.translate("Particulars", u"\u8bc4\u5ba1\u540d\u79f0(&N)", None))
#if QT_CONFIG(accessibility)
        self.title.setAccessibleName(QCoreApplication.translate("Particulars", u"\u8bc4\u5ba1\u540d\u79f0", None))
#endif // QT_CONFIG(accessibility)
        self.title.setPlaceholderText(QCoreApplication.translate("Particulars", u"\u5982 2021\u5e74\u7535\u5b50\u5546\u52a1\u793a\u8303\u4f01\u4e1a\u7efc\u5408\u8bc4\u4ef7", None))
        self.title_problem.setText("")
        self.year_label.setText(QCoreApplication.translate("Particulars", u"\u5e74\u5ea6(&Y)", None))
#if QT_CONFIG(accessibility)
        self.year.setAccessibleName(QCoreApplication.translate("Particulars", u"\u5e74\u5ea6", None))
#endif // QT_CONFIG(accessibility)
        self.year_problem.setText("")
        self.kind_label.setText(QCoreApplication.translate("Particulars", u"\u79cd\u7c7b(&K)", None))
#if QT_CONFIG(accessibility)
        self.kind.setAccessibleName(QCoreApplication.translate("Particulars", u"\u79cd\u7c7b", None))
#endif // QT_CONFIG(accessibility)
        self.kind_problem.setText("")
        self.cut_label.setText(QCoreApplication.translate("Particulars", u"\u5efa\u8bae\u540d\u5355\u5bb6\u6570(&C)", None))
#if QT_CONFIG(accessibility)
        self.cut.setAccessibleName(QCoreApplication.translate("Particulars", u"\u5efa\u8bae\u540d\u5355\u5bb6\u6570", None))
#endif // QT_CONFIG(accessibility)
        self.cut.setSpecialValueText(QCoreApplication.translate("Particulars", u"\u7531\u7535\u5b50\u5546\u52a1\u53f8\u5b9a", None))
        self.cut_problem.setText("")
        self.notice_label.setText(QCoreApplication.translate("Particulars", u"\u4f9d\u636e\u6587\u53f7(&D)", None))
#if QT_CONFIG(accessibility)
        self.notice.setAccessibleName(QCoreApplication.translate("Particulars", u"\u4f9d\u636e\u6587\u53f7", None))
#endif // QT_CONFIG(accessibility)
        self.notice_problem.setText("")
        self.organiser_label.setText(QCoreApplication.translate("Particulars", u"\u7ec4\u7ec7\u4eba\u5458\u59d3\u540d(&O)", None))
#if QT_CONFIG(accessibility)
        self.organiser.setAccessibleName(QCoreApplication.translate("Particulars", u"\u7ec4\u7ec7\u4eba\u5458\u59d3\u540d", None))
#endif // QT_CONFIG(accessibility)
        self.organiser_problem.setText("")
        self.developed_label.setText(QCoreApplication.translate("Particulars", u"\u53ef\u63a8\u8350 10 \u5bb6\u7684\u8f83\u53d1\u8fbe\u5730\u533a(&R)", None))
#if QT_CONFIG(accessibility)
        self.developed.setAccessibleName(QCoreApplication.translate("Particulars", u"\u53ef\u63a8\u8350 10 \u5bb6\u7684\u8f83\u53d1\u8fbe\u5730\u533a", None))
#endif // QT_CONFIG(accessibility)
        self.developed.setPlaceholderText(QCoreApplication.translate("Particulars", u"\u7528\u987f\u53f7\u5206\u5f00\uff0c\u5982 \u5317\u4eac\u3001\u4e0a\u6d77\u3001\u6c5f\u82cf\u3001\u6d59\u6c5f\u3001\u5e7f\u4e1c", None))
        self.developed_hint.setText(QCoreApplication.translate("Particulars", u"378\u53f7\u6587\u4e00(\u4e00)1\uff1a\u8f83\u53d1\u8fbe\u5730\u533a\u4e0d\u8d85\u8fc710\u5bb6\uff0c\u5176\u4ed6\u5730\u533a\u4e0d\u8d85\u8fc75\u5bb6\uff1b\u8d85\u51fa\u53ea\u63d0\u793a\uff0c\u4e0d\u963b\u6b62\u3002", None))
        self.developed_problem.setText("")
        pass
    # retranslateUi

