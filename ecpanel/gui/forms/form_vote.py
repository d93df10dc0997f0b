"""The form ui/vote.ui; generated, change the form instead."""

from PySide6.QtCore import (QCoreApplication, QDate, QDateTime, QLocale,
    QMetaObject, QObject, QPoint, QRect,
    QSize, QTime, QUrl, Qt)
from PySide6.QtGui import (QBrush, QColor, QConicalGradient, QCursor,
    QFont, QFontDatabase, QGradient, QIcon,
    QImage, QKeySequence, QLinearGradient, QPainter,
    QPalette, QPixmap, QRadialGradient, QTransform)
from PySide6.QtWidgets import (QApplication, QHBoxLayout, QLabel, QSizePolicy,
    QSpacerItem, QSpinBox, QVBoxLayout, QWidget)

class Ui_Vote(object):
    def setupUi(self, Vote):
        if not Vote.objectName():
            Vote.setObjectName(u"Vote")
        self.rows = QVBoxLayout(Vote)
        self.rows.setObjectName(u"rows")
        self.pair1 = QHBoxLayout()
        self.pair1.setObjectName(u"pair1")
        self.column1_0 = QVBoxLayout()
        self.column1_0.setObjectName(u"column1_0")
        self.in_favour_label = QLabel(Vote)
        self.in_favour_label.setObjectName(u"in_favour_label")

        self.column1_0.addWidget(self.in_favour_label)

        self.in_favour = QSpinBox(Vote)
        self.in_favour.setObjectName(u"in_favour")
        self.in_favour.setMaximum(99)
        self.in_favour.setMinimum(0)

        self.column1_0.addWidget(self.in_favour)

        self.in_favour_problem = QLabel(Vote)
        self.in_favour_problem.setObjectName(u"in_favour_problem")
        self.in_favour_problem.setWordWrap(True)
        self.in_favour_problem.setProperty(u"scale", u"small")
        self.in_favour_problem.setProperty(u"tone", u"bad")

        self.column1_0.addWidget(self.in_favour_problem)

        self.below1_0 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column1_0.addItem(self.below1_0)


        self.pair1.addLayout(self.column1_0)

        self.column1_1 = QVBoxLayout()
        self.column1_1.setObjectName(u"column1_1")
        self.against_label = QLabel(Vote)
        self.against_label.setObjectName(u"against_label")

        self.column1_1.addWidget(self.against_label)

        self.against = QSpinBox(Vote)
        self.against.setObjectName(u"against")
        self.against.setMaximum(99)
        self.against.setMinimum(0)

        self.column1_1.addWidget(self.against)

        self.against_problem = QLabel(Vote)
        self.against_problem.setObjectName(u"against_problem")
        self.against_problem.setWordWrap(True)
        self.against_problem.setProperty(u"scale", u"small")
        self.against_problem.setProperty(u"tone", u"bad")

        self.column1_1.addWidget(self.against_problem)

        self.below1_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column1_1.addItem(self.below1_1)


        self.pair1.addLayout(self.column1_1)

        self.column1_2 = QVBoxLayout()
        self.column1_2.setObjectName(u"column1_2")
        self.abstained_label = QLabel(Vote)
        self.abstained_label.setObjectName(u"abstained_label")

        self.column1_2.addWidget(self.abstained_label)

        self.abstained = QSpinBox(Vote)
        self.abstained.setObjectName(u"abstained")
        self.abstained.setMaximum(99)
        self.abstained.setMinimum(0)

        self.column1_2.addWidget(self.abstained)

        self.abstained_problem = QLabel(Vote)
        self.abstained_problem.setObjectName(u"abstained_problem")
        self.abstained_problem.setWordWrap(True)
        self.abstained_problem.setProperty(u"scale", u"small")
        self.abstained_problem.setProperty(u"tone", u"bad")

        self.column1_2.addWidget(self.abstained_problem)

        self.below1_2 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column1_2.addItem(self.below1_2)


        self.pair1.addLayout(self.column1_2)


        self.rows.addLayout(self.pair1)

#if QT_CONFIG(shortcut)
        self.in_favour_label.setBuddy(self.in_favour)
        self.against_label.setBuddy(self.against)
        self.abstained_label.setBuddy(self.abstained)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.in_favour, self.against)
        QWidget.setTabOrder(self.against, self.abstained)

        self.retranslateUi(Vote)

        QMetaObject.connectSlotsByName(Vote)
    # setupUi

    def retranslateUi(self, Vote):
        self.in_favour_label.setText(QCoreApplication.translate("Vote", u"\u540c\u610f(&Y)", None))
#if QT_CONFIG(accessibility)
        self.in_favour.setAccessibleName(QCoreApplication.translate("Vote", u"\u540c\u610f", None))
#endif // QT_CONFIG(accessibility)
        self.in_favour_problem.setText("")
        self.against_label.setText(QCoreApplication.translate("Vote", u"\u53cd\u5bf9(&N)", None))
#if QT_CONFIG(accessibility)
        self.against.setAccessibleName(QCoreApplication.translate("Vote", u"\u53cd\u5bf9", None))
#endif // QT_CONFIG(accessibility)
        self.against_problem.setText("")
        self.abstained_label.setText(QCoreApplication.translate("Vote", u"\u5f03\u6743(&B)", None))
#if QT_CONFIG(accessibility)
        self.abstained.setAccessibleName(QCoreApplication.translate("Vote", u"\u5f03\u6743", None))
#endif // QT_CONFIG(accessibility)
        self.abstained_problem.setText("")
        pass
    # retranslateUi

