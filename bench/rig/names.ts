/** Where the controller lives. */
export const CONTROLLER_NAMESPACE = 'kubernetes-vault';

/** Where all pods of the benchmark live, and the AppRole that they all ask for. */
export const POD_NAMESPACE = 'bench';
export const POD_ROLE = 'bench';
