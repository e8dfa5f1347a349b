# Finds keys by their aliases, and aliases by their keys.
#> alias/app/one
#> alias/app/two
#> the key of alias/app/two
#> 1 alias of the first key
#> alias/app/one is of an enabled key
#> alias/app/two is of an enabled key
set -euo pipefail

first=$(aws kms create-key --query KeyMetadata.KeyId --output text)
second=$(aws kms create-key --query KeyMetadata.KeyId --output text)
aws kms create-alias --alias-name alias/app/one --target-key-id "$first"
aws kms create-alias --alias-name alias/app/two --target-key-id "$second"

aws kms list-aliases --query "Aliases[?starts_with(AliasName, 'alias/app/')].[AliasName]" \
    --output text
found=$(aws kms list-aliases \
    --query "Aliases[?AliasName=='alias/app/two'].TargetKeyId" --output text)
[ "$found" = "$second" ] && echo "the key of alias/app/two"
echo "$(aws kms list-aliases --key-id "$first" --query 'length(Aliases)') alias of the first key"

aws kms list-aliases --query 'Aliases[].[AliasName,TargetKeyId]' --output text |
    while read -r alias key; do
        enabled=$(aws kms describe-key --key-id "$key" --query KeyMetadata.Enabled --output text)
        [ "$enabled" = True ] && echo "$alias is of an enabled key"
    done
