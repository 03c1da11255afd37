package io.mivaa.planted.intake;

import org.springframework.web.bind.annotation.RestController;

/** As a controller should be. */
@RestController
final class HiddenController {}
