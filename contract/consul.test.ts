import { consul } from './subjects';
import { tryRules } from './try-rules';

tryRules(consul);
