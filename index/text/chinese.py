"""Chinese characters and the small words around numbers: one definition for every pattern that needs them."""

import re

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇\U00020000-\U0003ffff"
"""Chinese characters, for use inside the brackets of a pattern: all blocks of ideographs, and the written zero."""
HAN_CHARACTER = re.compile(f"[{HAN}]")
HAN_RUN = re.compile(f"[{HAN}]+")
MEASURES = "个家项种名位座次辆件元米吨年月日天岁倍条所部台间层届"
"""Measure words behind a number, Simplified: what 八 in 八个 counts by."""
