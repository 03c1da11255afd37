package io.mivaa.batch.chaos;

import io.mivaa.batch.MivaaBatchApplication;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.Parser;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
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
        String bug = System.getProperty(PlantedDriver.BUG);
        if (bug != null) {
            context.getBeanFactory().addBeanPostProcessor(PlantedBug.valueOf(bug));
        }
    }

    /** Puts two sleepers where the parser of texts and the model were. */
    private static final class RolesReplaced implements BeanFactoryPostProcessor {

        @Override
        public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
            var registry = (BeanDefinitionRegistry) beans;
            replace(registry, "textParser", definition(Parser.class, new Sleeper.OfTexts()));
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
