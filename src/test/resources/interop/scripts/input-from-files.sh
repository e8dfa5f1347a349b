# Fills in a skeleton, and takes the input of commands from JSON and YAML.
#> from JSON
#> from YAML
#> from an option
set -euo pipefail

aws kms create-key --generate-cli-skeleton > skeleton.json
grep -q '"Description": ""' skeleton.json

echo '{"Description": "from JSON", "Tags": [{"TagKey": "a", "TagValue": "b"}]}' > key.json
aws kms create-key --cli-input-json file://key.json --query KeyMetadata.Description --output text

cat > key.yaml <<'YAML'
Description: from YAML
Tags:
  - TagKey: a
    TagValue: b
YAML
aws kms create-key --cli-input-yaml file://key.yaml --query KeyMetadata.Description --output text
aws kms create-key --cli-input-json file://key.json --description "from an option" \
    --query KeyMetadata.Description --output text
