# Lists all keys, a page at a time, with the tokens of the command line.
#> 5 keys
#> pages of 2, 2 and 1
#> no further token
set -euo pipefail

for number in 1 2 3 4 5; do
    aws kms create-key --description "number $number" --query KeyMetadata.KeyId --output text
done | sort > created
aws kms list-keys --query 'Keys[].[KeyId]' --output text | sort > listed
cmp created listed && echo "$(wc -l < listed | tr -d ' ') keys"

sizes=()
token=
while :; do
    page=$(aws kms list-keys --max-items 2 ${token:+--starting-token "$token"} --output json)
    sizes+=("$(grep -c KeyArn <<< "$page")")
    token=$(sed -n 's/.*"NextToken": "\([^"]*\)".*/\1/p' <<< "$page")
    [ -n "$token" ] || break
done
echo "pages of ${sizes[0]}, ${sizes[1]} and ${sizes[2]}"
[ "$(aws kms list-keys --page-size 2 --query NextToken)" = null ] && echo "no further token"
