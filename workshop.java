///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION The OTLP workshop's tool: runs the lessons, receives OTLP, shows what arrived
//JAVA 17+
//MAIN Workshop
//DEPS info.picocli:picocli:4.7.7
//DEPS io.grpc:grpc-netty:1.85.1
//DEPS io.grpc:grpc-protobuf:1.85.1
//DEPS io.grpc:grpc-stub:1.85.1
//DEPS io.netty:netty-codec-http2:4.2.17.Final
//DEPS io.netty:netty-handler-proxy:4.2.17.Final
//DEPS io.opentelemetry.proto:opentelemetry-proto:1.11.0-alpha
//DEPS com.google.protobuf:protobuf-java:4.36.2
//DEPS com.google.protobuf:protobuf-java-util:4.36.2
//DEPS com.google.code.gson:gson:2.14.0
//DEPS com.google.guava:guava:33.6.0-android
//DEPS org.jline:jline-terminal:4.5.0
//DEPS org.webjars.npm:codemirror:5.65.19
//RUNTIME_OPTIONS -Xmx256m -XX:+ExitOnOutOfMemoryError
//SOURCES src/workshop/**.java
//FILES workshop/page/static/=src/workshop/page/static/

import workshop.command.Cli;

class Workshop {
  public static void main(String[] args) {
    System.exit(Cli.run(args));
  }
}
