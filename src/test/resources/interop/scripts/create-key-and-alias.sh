# Creates a key with a description and a tag, gives it an alias, and finds it by the alias.
#> key of alias/orders: found
#> Enabled	ENCRYPT_DECRYPT	SYMMETRIC_DEFAULT
#> orders of the shop
set -euo pipefail

key_id=$(aws kms create-key \
    --description "orders of the shop" \
    --tags TagKey=team,TagValue=shop \
    --query KeyMetadata.KeyId \
    --output text)
aws kms create-alias --alias-name alias/orders --target-key-id "$key_id"

found=$(aws kms describe-key --key-id alias/orders --query KeyMetadata.KeyId --output text)
[ "$found" = "$key_id" ] && echo "key of alias/orders: found"

aws kms describe-key --key-id "$key_id" \
    --query 'KeyMetadata.[KeyState,KeyUsage,KeySpec]' --output text
aws kms describe-key --key-id="$key_id" --query=KeyMetadata.Description --output=text
