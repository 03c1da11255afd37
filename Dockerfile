# syntax=docker/dockerfile:1

# Builds the jar with ./mvnw, as everywhere else. If the pinned Maven cannot be downloaded, the Maven of the image is used.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY src src
# The tests run in the verify workflow. They need servers that are not available during an image build.
RUN --mount=type=cache,target=/root/.m2 ./mvnw -DskipTests package \
    && java -Djarmode=tools -jar target/mivaa-batch-*.jar extract --layers --destination layers \
    && mv layers/application/mivaa-batch-*.jar layers/application/mivaa-batch.jar

FROM eclipse-temurin:25-jre
WORKDIR /app

# The service may write only to its data folder, so it cannot change its own code.
RUN install -d -o 10001 -g 10001 /app/data

# Ordered from the layer that changes least to the layer that changes with each commit
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/spring-boot-loader/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./

USER 10001:10001
EXPOSE 8080

# The heap gets half of the container's memory. The embedding model and the tokenizer use memory outside the heap.
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=50" \
    SERVER_ADDRESS=0.0.0.0 \
    SERVER_PORT=8080

# Uses bash for the request, because the image has neither curl nor wget.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$SERVER_PORT && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

ENTRYPOINT ["java", "-jar", "mivaa-batch.jar"]
