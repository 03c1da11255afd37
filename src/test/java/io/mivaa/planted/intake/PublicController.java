package io.mivaa.planted.intake;

import io.mivaa.planted.job.Work;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.web.bind.annotation.RestController;

/** Public, and filled behind its constructor's back. */
@RestController
public final class PublicController {

    @Autowired
    Work work;
}
