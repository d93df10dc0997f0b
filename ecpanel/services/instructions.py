"""The instructions in a bundle (校验说明): how anyone checks it without this program."""

from __future__ import annotations

from typing import Final

INSTRUCTIONS_TEXT: Final = """成果包校验说明
==============

本包是普通 zip，不用任何专用程序即可核对。以下命令在解压后的文件夹内执行。

一、签名：清单 manifest.json 由组长签名。
  openssl cms -verify -binary -inform DER -in manifest.json.p7s -content manifest.json -CAfile certificates/chair.pem -purpose any -out /dev/null
  显示 CMS Verification successful 即通过。证书为本评审自制，请核对下面的指纹与会签表、签到承诺书上的是否一致：
  组长 {chair}　指纹 {fingerprint}
  会签表上印有 manifest.json 的 SHA-256 前8位和后8位，二维码是全部64位：
  sha256sum manifest.json

二、文件：逐个核对 SHA-256。
  sha256sum -c SHA256SUMS
  每行显示 OK 即通过；清单另列国密 SM3 摘要（openssl dgst -sm3 文件名）。
  SHA256SUMS 自身的摘要列在 manifest.json 中。

三、报告：PDF（PDF/A-3b）内嵌签名，附有工作簿和数据。
  pdfsig 评审报告.pdf
  每个签名应显示 Signature is Valid，最后一个应显示 Total document signed；证书为自制，显示未受信任属正常。

四、工作簿：评审结果.xlsx 内嵌签名，在 Excel 的“文件－信息－查看签名”或 LibreOffice 的“文件－数字签名”中可见。
  用任何程序另存后签名即失效，请保留原件。“计算”表用公式由各专家评分表逐格重算，差值列应全部为 0.00。

五、专家原始提交：每份由专家本人签名，例如
  openssl cms -verify -binary -inform DER -in submissions/E01-1.p7s -content submissions/E01-1.json -CAfile certificates/E01.pem -purpose any -out /dev/null

六、会签：每位会签成员对清单签名，并对自己的声明（同意，或不同意见及理由）签名，例如
  openssl cms -verify -binary -inform DER -in signoffs/E02.manifest.p7s -content manifest.json -CAfile signoffs/E02.pem -purpose any -out /dev/null
  openssl cms -verify -binary -inform DER -in signoffs/E02.p7s -content signoffs/E02.json -CAfile signoffs/E02.pem -purpose any -out /dev/null
  会签册 signoffs.json 列出全部会签，由组长签名：
  openssl cms -verify -binary -inform DER -in signoffs.json.p7s -content signoffs.json -CAfile certificates/chair.pem -purpose any -out /dev/null
{sm2}
装有本程序的机器可一次完成全部核对：ecpanel verify 成果包.zip

电子签名只证明文件完整、未被改动，不是电子印章；以会签表和报告签名页的手写签名为准。
"""

SM2_TEXT: Final = """
七、国密：清单另有 SM2 签名（SM3 摘要，默认用户标识）。
  openssl pkeyutl -verify -pubin -inkey certificates/chair-sm2.pem -rawin -digest sm3 -pkeyopt distid:1234567812345678 -in manifest.json -sigfile manifest.json.sm2
"""


def instructions(chair: str, fingerprint: str, *, sm2: bool) -> bytes:
    """The text as UTF-8."""
    return INSTRUCTIONS_TEXT.format(
        chair=chair, fingerprint=fingerprint, sm2=SM2_TEXT if sm2 else ""
    ).encode()
