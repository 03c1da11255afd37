# syntax=docker/dockerfile:1

# The jar, built as everywhere else by ./mvnw; the image brings a Maven for where the pinned one cannot be fetched.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY src src
# The tests run in the verify workflow, on real servers that are not to be had while an image is built.
RUN --mount=type=cache,target=/root/.m2 ./mvnw -DskipTests package \
    && java -Djarmode=tools -jar target/mivaa-batch-*.jar extract --layers --destination layers \
    && mv layers/application/mivaa-batch-*.jar layers/application/mivaa-batch.jar

FROM eclipse-temurin:25-jre
WORKDIR /app

# Only the data folder is the service's own: its code cannot be changed by what it runs.
RUN install -d -o 10001 -g 10001 /app/data

# From what changes least to what changes with each commit
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/spring-boot-loader/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./

USER 10001:10001
EXPOSE 8080

# Half of the container's memory for the heap: the embedding model and the tokenizer live outside of it.
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=50" \
    SERVER_ADDRESS=0.0.0.0 \
    SERVER_PORT=8080

# Asked by bash itself, since the image has neither curl nor wget.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$SERVER_PORT && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

ENTRYPOINT ["java", "-jar", "mivaa-batch.jar"]
