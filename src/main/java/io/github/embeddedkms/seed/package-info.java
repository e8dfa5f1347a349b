/**
 * Seed files: reads keys and aliases from YAML or JSON, in the form that users of local-kms have,
 * into seeds.
 *
 * <p>Must not know what becomes of a seed, nor check what {@code Seed} checks: it only says in
 * which line that went wrong.
 *
 * <p>Start reading at {@link io.github.embeddedkms.seed.SeedFiles}; {@code SeedReader} is the form
 * of the file, member by member.
 */
package io.github.embeddedkms.seed;
