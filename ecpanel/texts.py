"""The one Chinese sentence for every code: what is wrong, where, and how to cure it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SENTENCES: Final[dict[str, str]] = {
    "font_missing": "字体文件“{file}”不在安装目录里；请重新安装程序，或运行 python3 packaging/dev.py assets 重新生成。",
    "dossiers_folder": "无法读取申报材料文件夹“{folder}”（{reason}）；请检查文件夹是否存在、U盘是否插好，再重新选择。",
    "dossier_absent": "{candidate} {name}没有申报材料；请在申报材料文件夹中为该企业建立以企业全称命名的子文件夹，再重新读取。",
    "dossier_missing": "{candidate} {name}缺少{kind}；请补齐后重新读取，或把被认作其他类别的文件改为“{kind}”。",
    "dossier_unmatched": "“{dossier}”对不上任何一家参评企业；请把文件夹改成企业全称、统一社会信用代码或编号（如C003），再重新读取。",
    "dossier_stray": "申报材料文件夹下的“{file}”不属于任何企业，没有读取；企业材料应放在各自的子文件夹或zip压缩包里，rar、7z请先解压。",
    "dossier_in_parts": "{candidate} {name}的材料分在“{dossier}”和“{other}”两处，已合在一起；请核对两处都是该企业的材料。",
    "dossier_link": "“{dossier}”是指向别处的链接，没有读取；请把材料本身复制到申报材料文件夹中。",
    "dossier_archive_damaged": "压缩包“{file}”已损坏或不是zip文件，没有读取；请让报送单位重新压缩为zip，或解压成同名文件夹。",
    "dossier_archive_entries": "压缩包“{file}”里有{count}个文件，超过上限{limit}个，没有读取；请核对来源，确属申报材料的请分成几个压缩包。",
    "dossier_archive_bomb": "压缩包“{file}”的内部结构异常（声明的大小与实际不符），为安全起见没有读取；请让报送单位重新压缩。",
    "document_path": "“{dossier}”中的“{file}”路径过长或指向压缩包之外，没有读取；请改短文件名或重新压缩。",
    "document_link": "“{dossier}”中的“{file}”是链接或特殊文件，不是材料本身，没有读取；请换成文件本身。",
    "document_packing": "“{dossier}”中的“{file}”使用了本程序不支持的压缩方式，没有读取；请用普通zip方式重新压缩。",
    "document_too_large": "“{dossier}”中的“{file}”超过单个文件8 GB的上限，没有读取；请拆分后再放入。",
    "document_bomb": "“{dossier}”中的“{file}”压缩比异常，为安全起见没有读取；请直接放入未压缩的文件。",
    "document_doubled": "“{dossier}”的压缩包里有两个同名的“{file}”，只读取了第一个；请改名后重新压缩。",
    "document_closed": "“{dossier}”中的“{file}”无法读取（{reason}）；请检查文件权限、是否被其他程序占用、U盘是否插好。",
    "document_damaged": "“{dossier}”中的“{file}”在压缩包里已损坏，没有收入；请让报送单位重新压缩后再读取。",
    "document_gone": "材料已不在原处（{place}）；请把申报材料放回原来的位置，或重新读取申报材料。",
    "document_empty": "“{dossier}”中的“{file}”是空文件（0字节），没有收入；请向报送单位要完整的文件。",
    "document_wrong_kind": "“{dossier}”中的“{file}”不是可用的材料格式，或内容与扩展名不符，没有收入；请另存为PDF、图片或Office文件，压缩包请先解压。",
    "document_locked": "“{dossier}”中的“{file}”有密码，专家将无法打开；请向报送单位要不带密码的文件。",
    "document_unreadable": "“{dossier}”中的“{file}”已损坏或尺寸异常，无法显示；请向报送单位要能打开的文件。",
    "document_twice": "“{dossier}”中的“{file}”与“{other}”内容完全相同；如是重复放入，可删去一份。",
    "document_shared": "{candidates}的材料中有内容完全相同的文件（如“{file}”）；请核对是否放错了文件夹。",
}


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """The sentence for a code with its facts filled in; an unknown code is a fault of ours."""
    return SENTENCES[code].format_map(params)
