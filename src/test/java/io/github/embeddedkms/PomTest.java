package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Maven Central refuses a project whose pom lacks one of these. */
class PomTest {

  private static final String REPOSITORY = "https://github.com/embedded-kms/embedded-kms";

  private static Document pom;

  @BeforeAll
  static void readPom() throws Exception {
    pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("pom.xml").toFile());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "groupId",
        "artifactId",
        "version",
        "name",
        "description",
        "url",
        "licenses/license/name",
        "licenses/license/url",
        "developers/developer/name",
        "developers/developer/url",
        "scm/connection",
        "scm/developerConnection",
        "scm/url"
      })
  void project_hasWhatMavenCentralRequires(String element) throws Exception {
    assertThat(values("/project/" + element)).singleElement().asString().isNotBlank();
  }

  /** Central gives the group io.github.NAME to the account NAME of GitHub. */
  @ParameterizedTest
  @CsvSource({
    "url, ''",
    "scm/url, ''",
    "issueManagement/url, /issues",
  })
  void addresses_areThoseOfTheAccountThatTheGroupNames(String element, String path)
      throws Exception {
    assertThat(values("/project/groupId")).containsExactly("io.github.embedded-kms");
    assertThat(values("/project/" + element)).containsExactly(REPOSITORY + path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"maven-source-plugin", "maven-javadoc-plugin", "cyclonedx-maven-plugin"})
  void everyBuild_hasSourcesJavadocAndBillOfMaterials(String plugin) throws Exception {
    assertThat(values("/project/build/plugins/plugin/artifactId")).contains(plugin);
  }

  @Test
  void profileRelease_signsAndPublishes() throws Exception {
    String plugins = "/project/profiles/profile[id='release']/build/plugins/plugin";
    assertThat(values(plugins + "[artifactId='maven-gpg-plugin']//goal")).containsExactly("sign");
    assertThat(values(plugins + "[artifactId='central-publishing-maven-plugin']/extensions"))
        .containsExactly("true");
    assertThat(values(plugins + "//requireReleaseVersion")).hasSize(1);
  }

  /** Central takes no artifact that needs another repository, or a snapshot. */
  @Test
  void dependencies_areReleasesOfMavenCentral() throws Exception {
    assertThat(values("/project/repositories")).isEmpty();
    assertThat(values("/project/properties/*"))
        .isNotEmpty()
        .noneMatch(version -> version.endsWith("-SNAPSHOT"));
    assertThat(values("/project/dependencies//version"))
        .isNotEmpty()
        .noneMatch(version -> version.endsWith("-SNAPSHOT"));
  }

  private static List<String> values(String path) throws Exception {
    XPath xpath = XPathFactory.newInstance().newXPath();
    NodeList nodes = (NodeList) xpath.evaluate(path, pom, XPathConstants.NODESET);
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent().strip())
        .toList();
  }
}
