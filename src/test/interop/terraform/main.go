// Runs the AWS provider of Terraform over an endpoint, in Terraform's own harness for tests: it
// applies configurations, refreshes, plans again and requires an empty plan, and destroys.
// Usage: the URL of the endpoint. The page "Tested programs" says how to build it.
package main

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/hashicorp/terraform/helper/resource"
	"github.com/hashicorp/terraform/helper/schema"
	"github.com/hashicorp/terraform/terraform"
	"github.com/terraform-providers/terraform-provider-aws/aws"
)

// Prints what the harness reports, and ends at the first failure.
type reporter struct{}

func (reporter) Error(a ...interface{}) { fail(a...) }
func (reporter) Fatal(a ...interface{}) { fail(a...) }
func (reporter) Skip(a ...interface{})  { fail(a...) }
func (reporter) Name() string           { return "embedded-kms" }
func (reporter) Parallel()              {}

func fail(a ...interface{}) {
	fmt.Println(a...)
	os.Exit(1)
}

const policy = `
  policy = <<P
{"Version":"2012-10-17","Statement":[{"Sid":"all","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:root"},"Action":"kms:*","Resource":"*"},{"Sid":"noSigning","Effect":"Deny","Principal":{"AWS":"*"},"Action":"kms:Sign","Resource":"*"}]}
P`

const again = `data "aws_kms_key" "again" { key_id = "${aws_kms_alias.orders.name}" }`

func config(url, description, stage, rotation, enabled, policy, data string) string {
	return fmt.Sprintf(`
provider "aws" {
  region = "us-east-1"
  access_key = "000000000000"
  secret_key = "any"
  skip_credentials_validation = true
  skip_metadata_api_check = true
  skip_requesting_account_id = true
  skip_region_validation = true
  skip_get_ec2_platforms = true
  endpoints { kms = "%s" }
}
resource "aws_kms_key" "orders" {
  description = "%s"
  deletion_window_in_days = 7
  enable_key_rotation = %s
  is_enabled = %s%s
  tags = { stage = "%s" }
}
resource "aws_kms_alias" "orders" {
  name = "alias/orders"
  target_key_id = "${aws_kms_key.orders.key_id}"
}
%s
`, url, description, rotation, enabled, policy, stage, data)
}

func attributes(namesAndValues ...string) resource.TestCheckFunc {
	var checks []resource.TestCheckFunc
	for i := 0; i < len(namesAndValues); i += 2 {
		checks = append(checks,
			resource.TestCheckResourceAttr("aws_kms_key.orders", namesAndValues[i], namesAndValues[i+1]))
	}
	return resource.ComposeTestCheckFunc(checks...)
}

func main() {
	url := os.Args[1]
	// The harness runs only inside a verbose acceptance test.
	os.Setenv("TF_ACC", "1")
	os.Args = []string{os.Args[0], "-test.v"}
	testing.Init()
	flag.Parse()

	disabled := config(url, "orders, renamed", "prod", "false", "false", policy, "")
	resource.Test(reporter{}, resource.TestCase{
		Providers: map[string]terraform.ResourceProvider{"aws": aws.Provider().(*schema.Provider)},
		Steps: []resource.TestStep{
			{
				Config: config(url, "orders", "test", "true", "true", "", again),
				Check: attributes(
					"description", "orders", "enable_key_rotation", "true", "tags.stage", "test"),
			},
			{
				Config: config(url, "orders, renamed", "prod", "false", "true", policy, ""),
				Check: attributes("description", "orders, renamed",
					"enable_key_rotation", "false", "tags.stage", "prod"),
			},
			{
				Config: disabled,
				Check:  attributes("is_enabled", "false"),
			},
			{
				Config:                  disabled,
				ResourceName:            "aws_kms_key.orders",
				ImportState:             true,
				ImportStateVerify:       true,
				ImportStateVerifyIgnore: []string{"deletion_window_in_days"},
			},
		},
	})
	fmt.Println("passed")
}
