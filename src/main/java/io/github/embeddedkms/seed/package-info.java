/**
 * Seed files: reads keys and aliases from YAML or JSON, in the format of local-kms, into seeds.
 *
 * <p>Must not know how a seed is used, nor repeat the checks of {@code Seed}: it only adds the line
 * to their errors.
 *
 * <p>Start reading at {@link io.github.embeddedkms.seed.SeedFiles}; {@code SeedReader} defines the
 * structure of the file, member by member.
 */
package io.github.embeddedkms.seed;
