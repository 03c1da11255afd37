package io.mivaa.batch.pipeline.parse.mivaa;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Walks the items of a DoclingDocument, which refer to each other by JSON pointers. Returns each item once, so circular
 * references end. Not thread-safe.
 */
final class DoclingTree {

    private static final String ITEM =
            "#/(?:texts|groups|tables|pictures|body|key_value_items|form_items)(?:/\\d{1,7})?";

    private final JsonNode root;
    private final Set<String> visited = new HashSet<>();
    private final Deque<Reference> open = new ArrayDeque<>();

    /** A reference that has not been followed yet. */
    private record Reference(String pointer, int level, boolean ordered) {}

    /**
     * An item that has been reached.
     *
     * @param pointer for example {@code #/texts/3}
     * @param level of the lists around it, 0-based; -1 outside of lists
     * @param ordered whether the list around it is ordered
     */
    record Item(JsonNode node, String pointer, int level, boolean ordered) {}

    DoclingTree(JsonNode root) {
        this.root = root;
        visited.add("#/body");
        follow(root.path("body").path("children"), -1, false);
    }

    /** @return null at the end */
    @Nullable
    Item next() {
        while (!open.isEmpty()) {
            Reference reference = open.pop();
            JsonNode node = root.at(reference.pointer.substring(1));
            if (!node.isMissingNode() && visited.add(reference.pointer)) {
                return new Item(node, reference.pointer, reference.level, reference.ordered);
            }
        }
        return null;
    }

    /** Makes these items the next ones, in their order. */
    void follow(JsonNode references, int level, boolean ordered) {
        List<Reference> next = new ArrayList<>();
        for (JsonNode reference : references) {
            String pointer =
                    reference.path("$ref").asString(reference.path("cref").asString(""));
            if (pointer.matches(ITEM)) {
                next.add(new Reference(pointer, level, ordered));
            }
        }
        for (int i = next.size() - 1; i >= 0; i--) {
            open.push(next.get(i));
        }
    }

    /** Returns the texts that an item refers to and that have not been visited. They are visited by this call. */
    List<JsonNode> take(JsonNode references) {
        List<JsonNode> texts = new ArrayList<>();
        for (JsonNode reference : references) {
            String pointer = reference.path("$ref").asString("");
            if (pointer.matches("#/texts/\\d{1,7}") && visited.add(pointer)) {
                texts.add(root.at(pointer.substring(1)));
            }
        }
        return texts;
    }
}
