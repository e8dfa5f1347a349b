"""Records what the formatters of version 2 of the AWS CLI print, for RecordedOutputTest.

Run it with the Python of the AWS CLI: python3 record-output.py > recorded-output.json
"""

import argparse
import io
import json

import awscli
import jmespath
from awscli.formatter import get_formatter

KEY = "73f15ab3-f60e-4e78-a8bf-f98e567b625f"
KEY_2 = "0b1c9d2e-0000-4e78-a8bf-f98e567b625f"
PREFIX = "arn:aws:kms:eu-west-1:111122223333:"
METADATA = {
    "AWSAccountId": "111122223333",
    "KeyId": KEY,
    "Arn": PREFIX + "key/" + KEY,
    "CreationDate": "2026-11-29T17:47:47.572000+00:00",
    "Enabled": True,
    "Description": "",
    "KeyUsage": "ENCRYPT_DECRYPT",
    "KeyState": "Enabled",
    "Origin": "AWS_KMS",
    "KeyManager": "CUSTOMER",
    "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
    "KeySpec": "SYMMETRIC_DEFAULT",
    "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
    "MultiRegion": False,
}
CREATED = {"KeyMetadata": METADATA}
DESCRIBED = {
    "KeyMetadata": {
        **METADATA,
        "Description": 'the "first" key of the orders: sealed with care, and long enough'
        " that YAML breaks the line # no comment",
        "KeyState": "PendingDeletion",
        "DeletionDate": "2026-12-29T17:47:47+00:00",
        "PendingDeletionWindowInDays": 30,
    }
}
KEYS = [
    {"KeyId": KEY, "KeyArn": PREFIX + "key/" + KEY},
    {"KeyId": KEY_2, "KeyArn": PREFIX + "key/" + KEY_2},
    {"KeyId": "1", "KeyArn": "2"},
]
ALIASES = {
    "Aliases": [
        {
            "AliasName": "alias/orders",
            "AliasArn": PREFIX + "alias/orders",
            "TargetKeyId": KEY,
            "CreationDate": "2026-11-29T17:47:47+00:00",
            "LastUpdatedDate": "2026-11-29T17:47:47.5+00:00",
        },
        {"AliasName": "alias/aws/ebs", "AliasArn": PREFIX + "alias/aws/ebs"},
    ]
}
BLOB = "AQICAHh" + "3F/+abcDEF" * 18 + "=="
DATA_KEY = {
    "CiphertextBlob": BLOB,
    "Plaintext": "VdzKNHGzUAzJeRBVY+uUmofUGGiDzyB3+i9fVkh3piw=",
    "KeyId": PREFIX + "key/" + KEY,
}
POLICY = {
    "Policy": '{\n  "Version" : "2012-10-17",\n  "Id" : "key-default-1"\n}',
    "PolicyName": "default",
}
TAGS = {"Tags": [{"TagKey": "team", "TagValue": "größe"}, {"TagKey": "yes", "TagValue": ""}]}
GRANTS = {
    "Grants": [
        {
            "GrantId": "a",
            "Operations": ["Decrypt", "Encrypt"],
            "Constraints": {"EncryptionContextSubset": {"a": "b", "c": "d"}},
            "CreationDate": "2026-11-29T17:47:47+00:00",
        },
        {"GrantId": "b", "Name": "n", "Operations": []},
    ]
}
SCALARS = {
    "Strings": [
        *("", " ", "a b", " a", "a ", "-", "- a", "a: b", "a:", ":a", "a #b", "#a", "'a'", '"a"'),
        *("it's", "yes", "no", "on", "true", "True", "null", "~", "NULL", "<<", "=", "1", "-1"),
        *("+1", "1_0", "0x1f", "0o7", "0b1", "1.5", ".5", "1e3", "1.", ".inf", "-.INF", ".nan"),
        *("12:30:45", "2026-11-29", "2026-11-29T17:47:47+00:00", "2026-11-29 17:47", "&a", "*a"),
        *("!a", "%a", "@a", "`a`", "|", ">", "?", "? a", "[a]", "{a}", "a,b", "a]", "000000000000"),
        *("...", "---", "--- a", "größe", "日本語", "\u20ac", "a\\b", "a/b=c+d=="),
    ],
    "Numbers": [0, -1, 365, 123456789012],
    "Others": [True, False, None],
}
NESTED = {
    "EmptyObject": {},
    "EmptyList": [],
    "Lists": [["a", "b"], ["c", "d"]],
    "Deep": {"Deeper": {"Deepest": [{"A": 1, "B": [{"C": 2}]}, {"A": 3}]}},
}
# In text and tables, ours are not those of the AWS CLI: a line end would add a line.
LINES = {
    "Lines": ["a\nb", "a:\nb", "\n", "a\n", " a\n b\n", "a\n\nb", "# a\n- b", "a\tb", "a b\n" * 30],
    "a:\nb": "a\n",
}
WIDE = {"日本語": "größe und Maß", "b": "日本語", "c": ["Ωmega", "é"]}

CASES = [
    ("CreateKey", CREATED, [None, "KeyMetadata.Arn", "KeyMetadata.EncryptionAlgorithms",
        "KeyMetadata.[KeyId,Enabled,MultiRegion,None]", "KeyMetadata.{id:KeyId,on:Enabled}",
        "KeyMetadata.Enabled", "Missing", "KeyMetadata.Missing.More"]),
    ("DescribeKey", DESCRIBED, [None, "KeyMetadata.PendingDeletionWindowInDays", "*",
        "KeyMetadata.Description", "keys(KeyMetadata)"]),
    ("ListKeys", {"Keys": []}, [None, "Keys", "Keys[0]", "Keys[].KeyId", "length(Keys)"]),
    ("ListKeys", {"Keys": KEYS[:1]}, [None, "Keys[0]", "Keys[0].KeyId", "Keys[].KeyId"]),
    ("ListKeys", {"Keys": KEYS, "NextToken": "eyJNYXJrZXIiOiBudWxsfQ=="}, [None, "Keys[]",
        "Keys[].KeyId", "Keys[*].[KeyId,KeyArn]", "Keys[*].[KeyId]", "length(Keys)",
        "Keys[?KeyId=='1']", "Keys[?KeyId=='1'].KeyArn | [0]", "Keys[].{A:KeyArn,B:Missing}",
        "NextToken", "[Keys[0].KeyId, length(Keys)]", "Keys[0:2].KeyId", "Keys[::-1].KeyId"]),
    ("ListAliases", ALIASES, [None, "Aliases[?AliasName=='alias/orders'].TargetKeyId",
        "Aliases[?starts_with(AliasName, 'alias/aws/')]",
        "Aliases[?!starts_with(AliasName,'alias/aws/')].[AliasName,TargetKeyId]",
        "Aliases[].AliasName | sort(@)", "Aliases[].TargetKeyId",
        "sort_by(Aliases,&AliasName)[].{Name:AliasName,Key:TargetKeyId}",
        "Aliases[].[AliasName,TargetKeyId]", "join(',', Aliases[].AliasName)",
        "Aliases[?contains(AliasName,'orders')] | [0].AliasArn"]),
    ("GenerateDataKey", DATA_KEY, [None, "Plaintext", "[CiphertextBlob,Plaintext]",
        "{b:Plaintext,a:KeyId}", "CiphertextBlob"]),
    ("GetKeyPolicy", POLICY, ["Policy", "PolicyName"]),
    ("ListResourceTags", TAGS, [None, "Tags[?TagKey=='team'].TagValue", "Tags[].TagValue",
        "Tags[1].TagValue"]),
    ("ListGrants", GRANTS, [None, "Grants[].Operations", "Grants[].Operations[]",
        "Grants[].[GrantId,Operations]", "Grants[0].Constraints.EncryptionContextSubset"]),
    ("CreateAlias", {}, [None, "Missing", "@"]),
    ("Scalars", SCALARS, [None, "Numbers", "Others", "Strings[0]", "Numbers[3]", "Others[0]",
        "Strings[?contains(@,'a')]"]),
    ("Nested", NESTED, [None, "EmptyObject", "EmptyList", "Lists", "Deep", "Deep.*",
        "[Lists,EmptyList]", "[[Lists]]"]),
    ("Lines", LINES, [None, "Lines[0]", "Lines[?contains(@, ':')]"]),
    ("日本語", WIDE, [None, "c"]),
    ("T", {"A": [{"x": 1, "y": ["p", "q"]}, {"x": ["it's", True, None, 1]}]}, [None]),
]


def printed(output, title, document, query):
    arguments = argparse.Namespace(query=query and jmespath.compile(query), color="off")
    stream = io.StringIO()
    try:
        get_formatter(output, arguments)(title, json.loads(json.dumps(document)), stream)
    except Exception as e:
        return {"error": str(e)}
    return stream.getvalue()


recorded = [
    {
        "title": title,
        "document": document,
        "query": query,
        "printed": {
            output: printed(output, title, document, query)
            for output in ["json", "yaml", "yaml-stream"]
            + ([] if title == "Lines" else ["text", "table"])
        },
    }
    for title, document, queries in CASES
    for query in queries
]
print(json.dumps({"version": awscli.__version__, "recorded": recorded}, ensure_ascii=False, indent=1))
