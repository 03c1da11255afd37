package io.mivaa.batch.chaos;

import io.mivaa.batch.MivaaBatchApplication;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.Isolation;
import io.mivaa.batch.pipeline.Parser;
import java.util.List;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The real application, but parsing a text means sleeping as long as the text says, and its vectors cost nothing. With
 * the system property {@value PlantedDriver#BUG}, one of the {@link PlantedBug}s is in it.
 */
final class SleepingService {

    private SleepingService() {}

    public static void main(String[] args) {
        var application = new SpringApplication(MivaaBatchApplication.class);
        application.addInitializers(SleepingService::prepare);
        application.run(args);
    }

    private static void prepare(ConfigurableApplicationContext context) {
        context.addBeanFactoryPostProcessor(new RolesReplaced());
        context.getBeanFactory().addBeanPostProcessor(new SleepingParser());
        String bug = System.getProperty(PlantedDriver.BUG);
        if (bug != null) {
            context.getBeanFactory().addBeanPostProcessor(PlantedBug.valueOf(bug));
        }
    }

    /** Puts a sleeper where the parser of texts was. It sleeps in this process: parser processes do not have it. */
    private static final class SleepingParser implements BeanPostProcessor {

        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            if (bean instanceof Isolation isolation) {
                Isolation others = parser -> parser instanceof Sleeper.OfTexts ? parser : isolation.isolate(parser);
                return others;
            }
            return name.equals("parsers")
                    ? ((List<?>) bean).stream().map(SleepingParser::replaced).toList()
                    : bean;
        }

        private static Parser replaced(Object parser) {
            Parser known = (Parser) parser;
            return known.mediaTypes().contains("text/plain") ? new Sleeper.OfTexts() : known;
        }
    }

    /** Puts a sleeper where the model was. */
    private static final class RolesReplaced implements BeanFactoryPostProcessor {

        @Override
        public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
            var registry = (BeanDefinitionRegistry) beans;
            replace(registry, "onnxEmbedder", definition(Embedder.class, new Sleeper.Vectors()));
        }

        private static <T> BeanDefinition definition(Class<T> role, T bean) {
            return BeanDefinitionBuilder.genericBeanDefinition(role, () -> bean).getBeanDefinition();
        }

        private static void replace(BeanDefinitionRegistry registry, String name, BeanDefinition by) {
            registry.removeBeanDefinition(name);
            registry.registerBeanDefinition(name, by);
        }
    }
}
