/**
 * Seed files: reads keys, aliases and identities from YAML or JSON into seeds, in the format of
 * local-kms with key policies, grants and identities added.
 *
 * <p>Must not know how a seed is used, nor repeat the checks of {@code Seed}: it only adds the line
 * to their errors.
 *
 * <p>Start reading at {@link io.github.embeddedkms.seed.SeedFiles}; {@code SeedReader} defines the
 * structure of the file, member by member.
 */
package io.github.embeddedkms.seed;
