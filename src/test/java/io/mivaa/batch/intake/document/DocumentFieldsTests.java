package io.mivaa.batch.intake.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.limits.IntakeSettings;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;

class DocumentFieldsTests {

    private final IntakeSettings settings =
            Binder.get(new MockEnvironment()).bindOrCreate("mivaa.intake", IntakeSettings.class);

    @Test
    void takeANullForNoMetadata() {
        JsonMapper json = JsonMapper.shared();

        assertThat(DocumentFields.metadata(null, "", settings, json)).isNull();
        assertThat(DocumentFields.metadata(NullNode.getInstance(), "", settings, json))
                .isNull();
    }
}
