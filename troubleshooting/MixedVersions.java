///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A mistake for Troubleshooting.java with its own libraries: no BOM, two versions
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-sdk:1.68.0
//DEPS io.opentelemetry:opentelemetry-exporter-otlp:1.55.0

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;

class MixedVersions {
  public static void main(String[] args) {
    OtlpHttpSpanExporter.builder().build();
  }
}
