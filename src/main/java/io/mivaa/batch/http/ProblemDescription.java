package io.mivaa.batch.http;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.stereotype.Component;

/** Adds to the OpenAPI description that every call can fail with a {@link Problem}. */
@Component
final class ProblemDescription implements GlobalOpenApiCustomizer {

    private static final String NAME = "Problem";

    @Override
    public void customise(OpenAPI api) {
        api.schema(NAME, problem());
        api.getPaths().values().forEach(path -> path.readOperations().forEach(ProblemDescription::describe));
    }

    private static void describe(Operation operation) {
        Schema<?> reference = new Schema<>().$ref("#/components/schemas/" + NAME);
        operation
                .getResponses()
                .addApiResponse(
                        ApiResponses.DEFAULT,
                        new ApiResponse()
                                .description("What went wrong")
                                .content(new Content()
                                        .addMediaType("application/problem+json", new MediaType().schema(reference))));
    }

    private static Schema<?> problem() {
        Schema<?> invalid = new ObjectSchema()
                .addProperty("pointer", new StringSchema())
                .addProperty("code", new StringSchema())
                .addProperty("detail", new StringSchema());
        return new ObjectSchema()
                .description("RFC 9457")
                .addProperty("title", new StringSchema())
                .addProperty("status", new IntegerSchema())
                .addProperty("detail", new StringSchema())
                .addProperty("instance", new StringSchema())
                .addProperty("code", new StringSchema().description("Stable, in kebab-case"))
                .addProperty("errors", new ArraySchema().items(invalid).description("What is wrong in the request"));
    }
}
