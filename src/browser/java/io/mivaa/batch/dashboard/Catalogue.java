package io.mivaa.batch.dashboard;

import java.util.List;
import java.util.Locale;

/** Generates documents of a building materials dealer, in any number and length, each with different words. */
final class Catalogue {

    private static final List<String> MATERIALS = List.of(
            "Oak plank", "Slate tile", "Basalt slab", "Larch decking", "Cork panel", "Terrazzo tile", "Bamboo board",
            "Limestone slab", "Ash parquet", "Clay brick", "Glass mosaic", "Quartz worktop", "Spruce batten",
            "Granite sett", "Linoleum sheet", "Travertine tile");

    private static final List<String> LINES =
            List.of("Arden", "Borealis", "Corvo", "Dune", "Estella", "Fjord", "Garrigue", "Hulden", "Iona", "Jura");

    private static final List<String> ROOMS = List.of(
            "kitchens", "stairs", "wet rooms", "terraces", "halls of schools", "shops", "workshops", "corridors");

    private static final List<String> SURFACES =
            List.of("brushed", "flamed", "oiled", "polished", "sawn", "sanded", "sealed", "waxed");

    private Catalogue() {}

    /** A realistic file name. */
    static String filename(int number) {
        return title(number).toLowerCase(Locale.ROOT).replace(' ', '-') + ".md";
    }

    private static String title(int number) {
        return MATERIALS.get(number % MATERIALS.size()) + " " + of(LINES, number / MATERIALS.size() + number) + " "
                + (100 + number);
    }

    /**
     * A document in Markdown.
     *
     * @param chapters number of chapters, each of about 150 words
     */
    static String sheet(int number, int chapters) {
        StringBuilder text = new StringBuilder("# " + title(number) + "\n\n");
        for (int chapter = 0; chapter < chapters; chapter++) {
            text.append(chapter(number, chapter));
        }
        return text.toString();
    }

    private static String chapter(int number, int chapter) {
        int seed = 31 * number + 7 * chapter;
        String surface = of(SURFACES, seed);
        return switch (chapter % 4) {
            case 0 -> """
                ## Where it is laid (%s)

                The %s surface of series %d is made for %s and %s. It stands %d people an hour without a trace of wear \
                after %d years, and is given out in lots of %d square metres that were cut from one block, so that \
                neighbouring pieces match.

                Between October and April it is stored indoors for %d days before it is laid. The subfloor is level \
                within %d mm over two metres; what is more is ground off or filled. A screed has no more than %d.%d %% \
                of moisture left, measured with calcium carbide at three places of each room.

                """.formatted(
                            surface, surface, seed, of(ROOMS, seed), of(ROOMS, seed + 3), 40 + seed % 90, 5 + seed % 20,
                            12 + seed % 30, 2 + seed % 5, 2 + seed % 3, 1 + seed % 2, seed % 10);
            case 1 -> """
                ## Dimensions and weight, part %d

                | Length | Width | Thickness | Weight |
                |---|---|---|---|
                | %d mm | %d mm | %d mm | %d.%d kg |
                | %d mm | %d mm | %d mm | %d.%d kg |
                | %d mm | %d mm | %d mm | %d.%d kg |

                Tolerances are those of class %d. A pallet holds %d pieces and weighs no more than %d kg; it is moved \
                with a fork of at least %d mm and never pushed.

                """.formatted(
                            chapter, 600 + seed % 7 * 100, 90 + seed % 9 * 10, 8 + seed % 12, 1 + seed % 6, seed % 10,
                            900 + seed % 5 * 100, 120 + seed % 8 * 10, 10 + seed % 12, 2 + seed % 6, (seed + 3) % 10,
                            1200 + seed % 9 * 100, 180 + seed % 7 * 10, 14 + seed % 12, 4 + seed % 6, (seed + 7) % 10,
                            1 + seed % 3, 40 + seed % 80, 700 + seed % 400, 900 + seed % 300);
            case 2 -> """
                ## Slip and wear, sample %d

                On the ramp of DIN 51130 the %s face reaches R%d, wet with soap R%d. The pendulum gives %d dry and %d \
                wet. Abrasion after Taber takes %d mg in a thousand turns; of %d stains in the test of EN ISO 10545-14 \
                all but %d came off with water alone.

                Where feet are bare, as in %s, the profiled face is chosen. It is cleaned with a brush along the \
                grooves, %d times a week, and rinsed with clear water.

                """.formatted(
                            seed, surface, 9 + seed % 4, 9 + seed % 3, 48 + seed % 20, 30 + seed % 14, 40 + seed % 60,
                            8 + seed % 4, 1 + seed % 2, of(ROOMS, seed + 5), 1 + seed % 6);
            default -> """
                ## Care in year %d

                1. Sweep or vacuum %d times a week; sand scratches a %s face more than shoes do.
                2. Wipe with water and a neutral soap, %d ml to a bucket of ten litres, and dry within %d minutes.
                3. Renew the coat every %d months in %s and every %d months elsewhere.

                Oil and lime are taken off at once. Vinegar and citric acid dull the face within %d seconds, and what \
                they have dulled can only be ground again by %d hundredths of a millimetre.

                """.formatted(
                            1 + chapter / 4, 2 + seed % 4, surface, 20 + seed % 60, 3 + seed % 9, 6 + seed % 12,
                            of(ROOMS, seed + 1), 18 + seed % 18, 5 + seed % 40, 2 + seed % 9);
        };
    }

    private static String of(List<String> words, int number) {
        return words.get(Math.floorMod(number, words.size()));
    }
}
