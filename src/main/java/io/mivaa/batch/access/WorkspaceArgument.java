package io.mivaa.batch.access;

import io.mivaa.batch.job.Workspace;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Passes the workspace that {@link AccessFilter} has found to the {@link Workspace} parameter of a controller. */
final class WorkspaceArgument implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Workspace.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        @Nullable Object workspace = request.getAttribute(AccessFilter.WORKSPACE, RequestAttributes.SCOPE_REQUEST);
        if (workspace == null) {
            throw AccessFilter.unauthenticated();
        }
        return workspace;
    }
}
